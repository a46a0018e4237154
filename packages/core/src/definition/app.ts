/** The application: everything the domain declares, checked as a whole. */
import { DefinitionError } from "../errors.ts";
import type { AnyAggregate } from "./aggregate.ts";
import type { AnyPolicy } from "./policy.ts";
import type { AnyProjection } from "./projection.ts";
import type { AnyQuery } from "./query.ts";

export interface App<
  Aggregates extends readonly AnyAggregate[] = readonly AnyAggregate[],
  Projections extends readonly AnyProjection[] = readonly AnyProjection[],
  Queries extends readonly AnyQuery[] = readonly AnyQuery[],
  Policies extends readonly AnyPolicy[] = readonly AnyPolicy[],
> {
  readonly kind: "app";
  readonly name: string;
  readonly aggregates: Aggregates;
  readonly projections: Projections;
  readonly queries: Queries;
  readonly policies: Policies;
}

export interface AppOptions<
  Aggregates extends readonly AnyAggregate[],
  Projections extends readonly AnyProjection[],
  Queries extends readonly AnyQuery[],
  Policies extends readonly AnyPolicy[],
> {
  /** Shown in OpenAPI and logs. Default `app`. */
  readonly name?: string;
  readonly aggregates: Aggregates;
  readonly projections?: Projections;
  readonly queries?: Queries;
  readonly policies?: Policies;
}

/**
 * Puts an application together.
 * @throws DefinitionError when two parts share a name, or a projection, query or policy reads from something that is not in the app.
 */
export function app<
  const Aggregates extends readonly AnyAggregate[],
  const Projections extends readonly AnyProjection[] = readonly [],
  const Queries extends readonly AnyQuery[] = readonly [],
  const Policies extends readonly AnyPolicy[] = readonly [],
>(options: AppOptions<Aggregates, Projections, Queries, Policies>): App<Aggregates, Projections, Queries, Policies> {
  const {
    name = "app",
    aggregates,
    projections = [] as unknown as Projections,
    queries = [] as unknown as Queries,
    policies = [] as unknown as Policies,
  } = options;
  checkUnique("aggregate", aggregates);
  checkUnique("projection", projections);
  checkUnique("query", queries);
  checkUnique("policy", policies);
  checkUnique("effect", [...new Set(policies.flatMap(({ effects = [] }) => effects))]);
  checkUnique("projection or table of a policy", [
    ...projections,
    ...policies.map(({ name }) => ({ name: policyTable(name) })),
  ]);
  for (const part of projections) checkSources(`projection "${part.name}"`, part.from, aggregates);
  for (const part of queries) checkSources(`query "${part.name}"`, part.from, projections);
  for (const part of policies) checkSources(`policy "${part.name}"`, part.from, aggregates);
  return { kind: "app", name, aggregates, projections, queries, policies };
}

/** The read model that holds what a policy wants and has not got yet. */
export function policyTable(policy: string): string {
  return `policy_${policy}`;
}

interface Named {
  readonly name: string;
}

function checkUnique(kind: string, parts: readonly Named[]): void {
  const seen = new Set<string>();
  for (const { name } of parts) {
    if (seen.has(name)) throw new DefinitionError(`app: two parts of kind ${kind} are named "${name}". Rename one.`);
    seen.add(name);
  }
}

function checkSources(reader: string, from: readonly Named[], known: readonly Named[]): void {
  for (const source of from) {
    if (known.includes(source)) continue;
    throw new DefinitionError(
      `app: ${reader} reads from "${source.name}", which is not part of the app. Add it to app({ ... }).`,
    );
  }
}
