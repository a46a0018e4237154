/** CloudFront before the page's bucket and the app. */

import type { SettledFunction, SettledTopology } from "../settled.ts";
import { type Accepted, accepted, attribute, filled, type Resources } from "../template.ts";
import type { Domain, Page } from "../topology.ts";
import { longestWait } from "../validation/valid-topology.ts";

/** CloudFront's managed policies, the same in every account (CloudFront Developer Guide, "Use managed cache policies"). */
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const allViewerExceptHost = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
const securityHeaders = "67f7725c-6f97-4210-82d7-5512b31e9d03";

export function distribution({ name, functions }: SettledTopology, page: Page): Resources {
  const http = functions.find(({ role }) => role === "http") as SettledFunction;
  // A second longer than the function has, so that its own answer comes, whatever it is.
  const waitSeconds = Math.min(http.timeoutSeconds + 1, longestWait);
  return {
    PageAccess: {
      Type: "AWS::CloudFront::OriginAccessControl",
      Properties: {
        OriginAccessControlConfig: {
          Name: filled(`${name}-page-\${AWS::Region}`),
          OriginAccessControlOriginType: "s3",
          SigningBehavior: "always",
          SigningProtocol: "sigv4",
        },
      },
    },
    Distribution: {
      Type: "AWS::CloudFront::Distribution",
      Properties: { DistributionConfig: distributionConfig(name, page, waitSeconds) },
      Metadata: { Accepted: acceptedOf(page) },
    },
  };
}

function acceptedOf({ domain }: Page): readonly Accepted[] {
  const certificate = accepted(
    "CloudFront's own domain comes with its own certificate, whose protocols are not for choice: name a domain.",
    ...["CT.CLOUDFRONT.PR.6", "CT.CLOUDFRONT.PR.7", "CT.CLOUDFRONT.PR.9", "AwsSolutions-CFR4"],
  );
  return [
    accepted("There is one app and one bucket, so no second origin.", "CT.CLOUDFRONT.PR.4"),
    accepted(
      "The app logs what it is asked; who loads the page is not kept.",
      "CT.CLOUDFRONT.PR.5",
      "AwsSolutions-CFR3",
    ),
    accepted("Who may do what is for the app to say, from wherever.", "AwsSolutions-CFR1"),
    accepted("A web ACL is dearer than the rest at rest. Add one where attacks cost more.", "AwsSolutions-CFR2"),
    ...(domain ? [] : [certificate]),
  ];
}

function distributionConfig(name: string, { apiPath = "/api/*", domain }: Page, waitSeconds: number) {
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
        CustomOriginConfig: {
          OriginProtocolPolicy: "https-only",
          OriginSSLProtocols: ["TLSv1.2"],
          OriginReadTimeout: waitSeconds,
        },
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
    ...(domain ? underItsDomain(domain) : { ViewerCertificate: { CloudFrontDefaultCertificate: true } }),
  };
}

function underItsDomain({ name, certificateArn }: Domain) {
  return {
    Aliases: [name],
    ViewerCertificate: {
      AcmCertificateArn: certificateArn,
      MinimumProtocolVersion: "TLSv1.2_2021",
      SslSupportMethod: "sni-only",
    },
  };
}
