/** What each deployment replaces: functions, what wakes them, alarms, the page. */
import { functionUrl } from "./function-url.ts";
import { functions } from "./functions.ts";
import { page } from "./page/page.ts";
import type { SettledTopology } from "./settled.ts";
import { attribute, ref, type Template } from "./template.ts";
import { wakeUps } from "./wake-ups.ts";
import { alarmTopic, alarmTopicArn } from "./watch/alarm-topic.ts";
import { alarms } from "./watch/alarms.ts";
import { dashboard } from "./watch/dashboard.ts";
import { logMetricFilters } from "./watch/log-metrics.ts";

export function appStack(topology: SettledTopology): Template {
  const { name, page: wanted } = topology;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Functions of ${name}, on the tables of ${name}-state, which is deployed first.`,
    Parameters: {
      CodeBucket: { Type: "String", Description: "Bucket of the bundle." },
      CodeKey: {
        Type: "String",
        Description: "Key of the bundle: a zip with index.mjs, another one for each deployment.",
      },
      LogStreamArn: { Type: "String", Description: `Output of the stack ${name}-state.` },
    },
    Resources: {
      ...functions(topology),
      ...functionUrl(),
      ...wakeUps(topology),
      ...alarmTopic(topology),
      ...logMetricFilters(topology),
      ...alarms(topology),
      ...dashboard(topology),
      ...page(topology),
    },
    Outputs: {
      AlarmTopic: { Description: "Where alarms go: subscribe to it.", Value: alarmTopicArn(topology) },
      Url: { Description: "Where the app answers.", Value: attribute("HttpUrl", "FunctionUrl") },
      ...(wanted && {
        PageBucket: { Description: "Where the page's files go.", Value: ref("PageBucket") },
        PageDomain: { Description: "Where the page is.", Value: attribute("Distribution", "DomainName") },
      }),
    },
  };
}
