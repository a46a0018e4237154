/** The bucket of the page's files, which only CloudFront reads. */
import { accepted, attribute, filled, join, onlyByTls, type Resources, ref } from "../template.ts";

const daysOfOldFiles = 30;

export function pageBucket(): Resources {
  return {
    PageBucket: {
      Type: "AWS::S3::Bucket",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
        LifecycleConfiguration: { Rules: [forgetOldFiles] },
        OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
      },
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Metadata: {
        Accepted: [
          accepted("A page that anyone may see needs no key of one's own.", "CT.S3.PR.10"),
          accepted("Nobody but CloudFront may read it.", "CT.S3.PR.2", "AwsSolutions-S1"),
          accepted("Nothing waits for a change of its files.", "CT.S3.PR.4"),
          accepted("Each deployment replaces its files, which come from a build.", "CT.S3.PR.9"),
        ],
      },
    },
    PageBucketPolicy: { Type: "AWS::S3::BucketPolicy", Properties: bucketPolicy },
  };
}

const forgetOldFiles = {
  Id: "ForgetOldFiles",
  Status: "Enabled",
  NoncurrentVersionExpiration: { NoncurrentDays: daysOfOldFiles },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
};

const files = join(attribute("PageBucket", "Arn"), "/*");

const bucketPolicy = {
  Bucket: ref("PageBucket"),
  PolicyDocument: {
    Version: "2012-10-17",
    Statement: [
      onlyByTls("s3:*", [attribute("PageBucket", "Arn"), files]),
      {
        Sid: "OnlyThisDistribution",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: files,
        Condition: {
          StringEquals: {
            "AWS:SourceArn": filled(
              `arn:\${AWS::Partition}:cloudfront::\${AWS::AccountId}:distribution/\${Distribution}`,
            ),
          },
        },
      },
    ],
  },
};
