/** Where the bundle is, as the parameters of the template want it. */
import { TopologyError } from "@foldstream/cloudformation";
import type { Code } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

export function placeOf(code: Code, scope: Construct) {
  const { s3Location } = code.bind(scope);
  if (!s3Location)
    throw new TopologyError(
      "code: expected a bundle in a bucket, such as Code.fromAsset(folder), found inline code or an image.",
    );
  return { CodeBucket: s3Location.bucketName, CodeKey: s3Location.objectKey };
}
