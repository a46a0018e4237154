/** A static page and the app behind one domain: a private bucket and the function's URL, both behind CloudFront. */
import { attribute, join, type Resources, ref } from "./template.ts";
import type { Page } from "./topology.ts";

/** CloudFront's managed policies, the same in every account (CloudFront Developer Guide, "Use managed cache policies"). */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerExceptHost = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
const securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03";

export function page(name: string, { apiPath = "/api/*" }: Page): Resources {
  return {
    PageBucket: {
      Type: "AWS::S3::Bucket",
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
        },
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
    },
    PageBucketPolicy: { Type: "AWS::S3::BucketPolicy", Properties: bucketPolicy },
    PageAccess: {
      Type: "AWS::CloudFront::OriginAccessControl",
      Properties: {
        OriginAccessControlConfig: {
          Name: join(`${name}-page-`, ref("AWS::Region")),
          OriginAccessControlOriginType: "s3",
          SigningBehavior: "always",
          SigningProtocol: "sigv4",
        },
      },
    },
    Distribution: {
      Type: "AWS::CloudFront::Distribution",
      Properties: { DistributionConfig: distribution(name, apiPath) },
    },
  };
}

const bucketPolicy = {
  Bucket: ref("PageBucket"),
  PolicyDocument: {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyByTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [attribute("PageBucket", "Arn"), join(attribute("PageBucket", "Arn"), "/*")],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "OnlyThisDistribution",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: join(attribute("PageBucket", "Arn"), "/*"),
        Condition: {
          StringEquals: {
            "AWS:SourceArn": join(
              ...["arn:", ref("AWS::Partition"), ":cloudfront::", ref("AWS::AccountId")],
              ...[":distribution/", ref("Distribution")],
            ),
          },
        },
      },
    ],
  },
};

function distribution(name: string, apiPath: string) {
  const common = {
    Compress: true,
    ViewerProtocolPolicy: "redirect-to-https",
    ResponseHeadersPolicyId: securityHeaders,
  };
  return {
    Enabled: true,
    Comment: name,
    DefaultRootObject: "index.html",
    HttpVersion: "http2and3",
    IPV6Enabled: true,
    PriceClass: "PriceClass_100",
    Origins: [
      {
        Id: "page",
        DomainName: attribute("PageBucket", "RegionalDomainName"),
        OriginAccessControlId: attribute("PageAccess", "Id"),
        S3OriginConfig: { OriginAccessIdentity: "" },
      },
      {
        Id: "app",
        // The host of the function's URL: https://<host>/
        DomainName: { "Fn::Select": [2, { "Fn::Split": ["/", attribute("HttpUrl", "FunctionUrl")] }] },
        CustomOriginConfig: { OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] },
      },
    ],
    DefaultCacheBehavior: { ...common, TargetOriginId: "page", CachePolicyId: cachingOptimized },
    CacheBehaviors: [
      {
        ...common,
        PathPattern: apiPath,
        TargetOriginId: "app",
        AllowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
        CachePolicyId: cachingDisabled,
        OriginRequestPolicyId: allViewerExceptHost,
      },
    ],
    ViewerCertificate: { CloudFrontDefaultCertificate: true },
  };
}
