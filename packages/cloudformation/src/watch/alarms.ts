/** Alarms on what a person must see to. */
import type { SettledTopology } from "../settled.ts";
import type { Resource, Resources } from "../template.ts";
import { alarmTopicArn } from "./alarm-topic.ts";
import { type Watched, watched } from "./watched.ts";

export function alarms(topology: SettledTopology): Resources {
  const actions = [alarmTopicArn(topology)];
  return Object.fromEntries(Object.entries(watched(topology)).map(([id, one]) => [id, alarm(one, actions)]));
}

/** Above its threshold in the last period. */
function alarm(
  { what, metric, dimensions = [], minutes, mustTell, ...rest }: Watched,
  actions: readonly unknown[],
): Resource {
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmDescription: what,
      MetricName: metric,
      Namespace: rest.namespace,
      Dimensions: dimensions,
      Statistic: rest.statistic,
      Period: minutes * 60,
      EvaluationPeriods: 1,
      Threshold: rest.threshold,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: mustTell ? "breaching" : "notBreaching",
      AlarmActions: actions,
      OKActions: actions,
    },
  };
}
