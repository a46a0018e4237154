/** What each deployment replaces: functions, what wakes them, alarms, the page. */
import { type Role, synthesize, type Template } from "@foldstream/cloudformation";
import { type CfnDistribution, Distribution, type IDistribution } from "aws-cdk-lib/aws-cloudfront";
import { Role as ExecutionRole } from "aws-cdk-lib/aws-iam";
import {
  type CfnFunction,
  type CfnUrl,
  type Code,
  type IFunction,
  Function as LambdaFunction,
} from "aws-cdk-lib/aws-lambda";
import { Bucket, type CfnBucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import type { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { Construct } from "constructs";
import { placeOf } from "./code-place.ts";
import type { FoldstreamState } from "./foldstream-state.ts";
import { include } from "./include.ts";

export interface FoldstreamAppProps {
  /** The tables and queues it works on, and the topology of both. */
  readonly state: FoldstreamState;
  /** The bundle that holds `index.mjs`: `Code.fromAsset("dist")`, `Code.fromBucket(...)`. */
  readonly code: Code;
}

/** `http` and `worker` are always; the others where the topology names them. */
export type FoldstreamFunctions = Readonly<Record<"http" | "worker", IFunction>> &
  Readonly<Partial<Record<Role, IFunction>>>;

/**
 * The functions of an app with their roles and logs, what wakes them, alarms, a dashboard, and the page. One to a stack, since logical
 * ids are those of `foldstream synth`: a stack may be handed from one to the other, and nothing in it is replaced.
 */
export class FoldstreamApp extends Construct {
  readonly functions: FoldstreamFunctions;
  /** Where the app answers; with a page, CloudFront does at `distribution.distributionDomainName`, too. */
  readonly url: string;
  /** Whom alarms notify: subscribe to it. */
  readonly alarmTopic: ITopic;
  /** Where the page's files go; absent without a page. */
  readonly pageBucket?: IBucket;
  readonly distribution?: IDistribution;
  /** Every resource, by the logical id that `foldstream synth` gives it: to change what no setting does. */
  readonly template: CfnInclude;

  constructor(scope: Construct, id: string, { state, code }: FoldstreamAppProps) {
    super(scope, id);
    const { topology } = state;
    const template = synthesize(topology).stacks[topology.name] as Template;
    this.template = include(this, template, { ...placeOf(code, this), LogStreamArn: state.logStreamArn });
    this.node.addDependency(state);
    this.functions = this.#functions(template);
    this.url = this.#resource<CfnUrl>("HttpUrl").attrFunctionUrl;
    const topicArn = topology.alarmTopicArn ?? this.template.getResource("AlarmTopic").ref;
    this.alarmTopic = Topic.fromTopicArn(this, "AlarmTopic", topicArn);
    if (!topology.page) return;
    this.pageBucket = Bucket.fromCfnBucket(this.#resource<CfnBucket>("PageBucket"));
    this.distribution = this.#distribution();
  }

  #functions({ Resources }: Template): FoldstreamFunctions {
    const handlers = Object.entries(Resources).filter(([, { Type }]) => Type === "AWS::Lambda::Function");
    return Object.fromEntries(
      handlers.map(([id, { Properties }]) => [String(Properties.Handler).replace("index.", ""), this.#function(id)]),
    ) as FoldstreamFunctions;
  }

  #function(id: string): IFunction {
    const functionArn = this.#resource<CfnFunction>(id).attrArn;
    const roleId = id.replace("Function", "Role");
    const role = ExecutionRole.fromRoleName(this, roleId, this.template.getResource(roleId).ref);
    return LambdaFunction.fromFunctionAttributes(this, id, { functionArn, role, sameEnvironment: true });
  }

  #distribution(): IDistribution {
    const { ref, attrDomainName } = this.#resource<CfnDistribution>("Distribution");
    return Distribution.fromDistributionAttributes(this, "Distribution", {
      distributionId: ref,
      domainName: attrDomainName,
    });
  }

  #resource<Resource>(id: string): Resource {
    return this.template.getResource(id) as Resource;
  }
}
