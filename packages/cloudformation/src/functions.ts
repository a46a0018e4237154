/** Functions: each with a role and a log of its own. */
import { capitalized, logGroupId, statements } from "./permissions.ts";
import type { SettledFunction, SettledTopology } from "./settled.ts";
import { tablePrefix } from "./tables.ts";
import { attribute, type Resource, type Resources, ref } from "./template.ts";
import type { Role } from "./topology.ts";

export function functionId(role: Role): string {
  return `${capitalized(role)}Function`;
}

export function functionName(name: string, role: Role): string {
  return `${name}-${role}`;
}

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
    ...(topology.database && { Metadata: { Why: why } }),
  };
}

function functionOf(settled: SettledFunction, { name, runtime, database }: SettledTopology): Resource {
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
  };
}
