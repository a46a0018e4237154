/** Functions: each with a role and a log of its own. */
import { capitalized, logGroupId, statements } from "./permissions.ts";
import { latestRuntime, type SettledFunction, type SettledTopology } from "./settled.ts";
import { tablePrefix } from "./tables.ts";
import { type Accepted, accepted, attribute, type Resource, type Resources, ref } from "./template.ts";
import type { Role } from "./topology.ts";

export function functionId(role: Role): string {
  return `${capitalized(role)}Function`;
}

export function functionName(name: string, role: Role): string {
  return `${name}-${role}`;
}

const yearOfDays = 365;
const encryptedAnyway = accepted(
  "CloudWatch encrypts logs by a key of its own; these hold no payloads.",
  "CT.CLOUDWATCH.PR.3",
);
const noRecord = accepted(
  "The record of what happened is the log table; these are for operating it.",
  "CT.CLOUDWATCH.PR.2",
);

export function functions(topology: SettledTopology): Resources {
  return Object.assign({}, ...topology.functions.map((settled) => partsOf(settled, topology)));
}

function partsOf(settled: SettledFunction, topology: SettledTopology): Resources {
  const { role } = settled;
  return {
    [logGroupId(role)]: {
      Type: "AWS::Logs::LogGroup",
      Properties: {
        LogGroupName: `/aws/lambda/${functionName(topology.name, role)}`,
        RetentionInDays: topology.logDays,
      },
      Metadata: { Accepted: [encryptedAnyway, ...(topology.logDays < yearOfDays ? [noRecord] : [])] },
      DeletionPolicy: "Delete",
      UpdateReplacePolicy: "Delete",
    },
    [roleId(role)]: roleOf(role, topology),
    [functionId(role)]: functionOf(settled, topology),
  };
}

function roleId(role: Role): string {
  return `${capitalized(role)}Role`;
}

function roleOf(role: Role, topology: SettledTopology): Resource {
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const why =
    "Network interfaces have no names before they are made, so permissions for them take no narrower resource.";
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trust] },
      Policies: [
        {
          PolicyName: "least-privilege",
          PolicyDocument: { Version: "2012-10-17", Statement: statements(role, topology) },
        },
      ],
    },
    ...(topology.database && { Metadata: { Accepted: [accepted(why, "AwsSolutions-IAM5[Resource::*]")] } }),
  };
}

function acceptedOf({ runtime, database }: SettledTopology): readonly Accepted[] {
  const inNoVpc = accepted("Nothing that it uses is in a VPC, and DynamoDB is reached by IAM.", "CT.LAMBDA.PR.3");
  const asAsked = accepted("The topology asks for this runtime.", "AwsSolutions-L1");
  return [...(database ? [] : [inNoVpc]), ...(runtime === latestRuntime ? [] : [asAsked])];
}

function functionOf(settled: SettledFunction, topology: SettledTopology): Resource {
  const { name, runtime, database } = topology;
  const { role, memoryMb, timeoutSeconds, reservedConcurrency, environment } = settled;
  const variables = {
    FOLDSTREAM_TABLE_PREFIX: tablePrefix(name),
    ...(database && { DATABASE_SECRET_ARN: database.secretArn }),
    ...environment,
  };
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      FunctionName: functionName(name, role),
      Runtime: runtime,
      Architectures: ["arm64"],
      Handler: `index.${role}`,
      Code: { S3Bucket: ref("CodeBucket"), S3Key: ref("CodeKey") },
      Role: attribute(roleId(role), "Arn"),
      MemorySize: memoryMb,
      Timeout: timeoutSeconds,
      Environment: { Variables: variables },
      LoggingConfig: { LogGroup: ref(logGroupId(role)), LogFormat: "JSON" },
      ...(reservedConcurrency !== undefined && { ReservedConcurrentExecutions: reservedConcurrency }),
      ...(database && {
        VpcConfig: { SubnetIds: database.subnetIds, SecurityGroupIds: database.securityGroupIds },
      }),
    },
    Metadata: { Accepted: acceptedOf(topology) },
  };
}
