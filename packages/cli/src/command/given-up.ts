/** Commands and effects that policies have given up on. */
import type { ParkedFilter, ParkedTarget, Runtime } from "foldstream";
import { inFull } from "../output/pace.ts";

export interface GivenUp extends ParkedTarget {
  readonly policy: string;
}

/** Of each policy, at most: those parked first. */
const mostOfPolicy = 1_000;

/** What fits: a stream or an aggregate is what the target names. Projections have none. */
export async function givenUp(runtime: Runtime, filter: ParkedFilter): Promise<readonly GivenUp[]> {
  if (filter.projection !== undefined) return [];
  const policies = runtime.app.policies.filter(({ name }) => filter.policy === undefined || name === filter.policy);
  const found = policies.map(async ({ name: policy }) => {
    const targets = await runtime.parkedTargets(policy, { limit: mostOfPolicy });
    return targets.map((target) => ({ policy, ...target }));
  });
  return (await Promise.all(found)).flat().filter((target) => fits(target, filter));
}

/** Hands them to the workers of their policies. */
export async function tryAgain(runtime: Runtime, targets: readonly GivenUp[]): Promise<void> {
  for (const [policy, some] of Map.groupBy(targets, (one) => one.policy))
    await runtime.redriveTargets(
      policy,
      some.map(({ target }) => target),
    );
}

export function describeTarget({ policy, target, what, attempts, parkedAt, error }: GivenUp): string {
  return `policy ${policy}: ${what} to ${target} given up at ${parkedAt}, tries: ${inFull(attempts)}. ${error}`;
}

function fits({ target, error }: GivenUp, { stream, aggregate, error: text }: ParkedFilter): boolean {
  return (
    (stream === undefined || target.endsWith(`/${stream}`)) &&
    (aggregate === undefined || target.includes(`/${aggregate}-`)) &&
    (text === undefined || error.includes(text))
  );
}
