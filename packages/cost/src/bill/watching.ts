/** CloudWatch: logs, alarms, metrics made of logs, the dashboard. */
import { gigabyte } from "../traffic/shapes.ts";
import { runsOf } from "./lambda.ts";
import type { Situation } from "./situation.ts";
import type { Usage } from "./usage.ts";

const service = "CloudWatch";
const daysPerMonth = 365 / 12;

export function watchingUsage(situation: Situation): readonly Usage[] {
  const { deployed, profile } = situation;
  const invocations = runsOf(situation).reduce((sum, { count }) => sum + count, 0);
  const logGb = (invocations * profile.logBytesPerInvocation) / gigabyte;
  const shape = { service, formula: "what the templates hold" };
  return [
    {
      service,
      item: "logs taken in",
      quantity: logGb,
      unit: "GB",
      price: "cloudwatch.log-gb",
      formula: `${Math.round(invocations)} invocations x ${profile.logBytesPerInvocation} bytes`,
    },
    {
      service,
      item: "logs kept",
      quantity: (logGb * deployed.logDays) / daysPerMonth,
      unit: "GB months",
      price: "cloudwatch.log-storage-gb-month",
      formula: `for ${deployed.logDays} days`,
    },
    { ...shape, item: "alarms", quantity: deployed.alarms, unit: "alarms", price: "cloudwatch.alarm-month" },
    {
      ...shape,
      item: "metrics of log lines",
      quantity: deployed.metrics,
      unit: "metrics",
      price: "cloudwatch.metric-month",
    },
    {
      ...shape,
      item: "dashboards",
      quantity: deployed.dashboards,
      unit: "dashboards",
      price: "cloudwatch.dashboard-month",
    },
  ];
}
