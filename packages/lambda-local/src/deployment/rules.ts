/** Rules of a template that wake functions by the clock. */
import { LocalDeploymentError } from "../errors.ts";
import type { AsynchronousInvocations } from "../function/asynchronous-invocations.ts";
import { rateMs, Schedule } from "../function/schedule.ts";

interface RuleProperties {
  readonly ScheduleExpression?: string;
  readonly Targets: readonly { readonly Arn: string }[];
}

/** @throws LocalDeploymentError `unsupported-template` for a rule that is no rate. */
export function deployRule(
  { ScheduleExpression = "", Targets }: RuleProperties,
  invocationsOf: (functionArn: string) => AsynchronousInvocations,
): readonly Schedule[] {
  const everyMs = rateMs(ScheduleExpression);
  if (everyMs === undefined)
    throw new LocalDeploymentError(
      "unsupported-template",
      `Expected a rule with a rate, such as rate(1 minute), found "${ScheduleExpression}".`,
    );
  return Targets.map(({ Arn }) => {
    const invocations = invocationsOf(Arn);
    return new Schedule({ everyMs, send: (event) => invocations.send(event) });
  });
}
