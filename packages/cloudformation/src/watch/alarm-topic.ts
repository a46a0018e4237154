/** Whom alarms notify: a topic of the stack's own, or one that there is. */
import type { SettledTopology } from "../settled.ts";
import { arn, onlyByTls, type Resources, ref } from "../template.ts";

/** Its ARN, or a reference to it. */
export function alarmTopicArn({ alarmTopicArn: given }: SettledTopology): unknown {
  return given ?? ref("AlarmTopic");
}

export function alarmTopic({ name, alarmTopicArn: given }: SettledTopology): Resources {
  if (given !== undefined) return {};
  const byAlarms = {
    Sid: "ByAlarmsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: ref("AlarmTopic"),
    Condition: { ArnLike: { "aws:SourceArn": arn("cloudwatch", "alarm:*") } },
  };
  const statements = [byAlarms, onlyByTls("sns:Publish", ref("AlarmTopic"))];
  return {
    AlarmTopic: { Type: "AWS::SNS::Topic", Properties: { TopicName: `${name}-alarms` } },
    AlarmTopicPolicy: {
      Type: "AWS::SNS::TopicPolicy",
      Properties: {
        Topics: [ref("AlarmTopic")],
        PolicyDocument: { Version: "2012-10-17", Statement: statements },
      },
    },
  };
}
