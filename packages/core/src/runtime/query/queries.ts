/** The query side of a runtime: waits until read models include what a token stands for, then asks those that serve. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { AnyQuery } from "../../definition/query.ts";
import { validate } from "../../definition/schema.ts";
import type { ReadModelReader } from "../../port/read-model-store.ts";
import type { Catalog } from "../catalog.ts";
import type { RuntimeObserver } from "../observer.ts";
import type { QueryOutcome } from "../outcome.ts";
import type { KnownBuilds } from "../rebuild/known-builds.ts";
import { type Served, servedBy, servedNow, servedReader } from "../rebuild/served.ts";
import type { QueryOptions } from "../runtime.ts";
import { sqlOver } from "../targets/target-of.ts";
import { type Waited, type WaitSide, waitFor } from "./wait-for.ts";

export interface QuerySide extends WaitSide {
  readonly catalog: Catalog;
  readonly observer: RuntimeObserver;
  readonly known: KnownBuilds;
}

const defaultWaitMs = 5_000;

export class Queries {
  readonly #side: QuerySide;

  constructor(side: QuerySide) {
    this.#side = side;
  }

  async ask(name: string, input: unknown, options: QueryOptions): Promise<QueryOutcome<unknown>> {
    const { catalog, environment, observer } = this.#side;
    const query = catalog.query(name);
    const began = environment.clock.now();
    let waitedMs = 0;
    let outcome: QueryOutcome<unknown> | undefined;
    try {
      const validation = await validate(query.input, input);
      if (!validation.ok) outcome = { ...validation, reason: "invalid" };
      else {
        const found = await this.#wait(query, options);
        waitedMs = environment.clock.now() - began;
        outcome = await this.#answer(query, found, waitedMs, (served) =>
          this.#run(query, served, validation.value, options),
        );
      }
      return outcome;
    } finally {
      const result = outcome ? (outcome.ok ? "answered" : outcome.reason) : "failed";
      observer.query?.({ query: name, outcome: result, ms: environment.clock.now() - began, waitedMs });
    }
  }

  #wait({ from }: AnyQuery, { after, waitMs = defaultWaitMs }: QueryOptions): Promise<Waited> {
    const projections: readonly AnyProjection[] = from;
    const look = () => servedBy(this.#side.known, projections);
    if (after === undefined) return look();
    const names = projections.map(({ name }) => name);
    return waitFor(this.#side, { tokens: [after].flat(), names, waitMs }, look);
  }

  async #answer(
    { from }: AnyQuery,
    found: Waited,
    waitedMs: number,
    run: (served: readonly Served[]) => Promise<unknown>,
  ): Promise<QueryOutcome<unknown>> {
    if ("missing" in found) return { ok: false, reason: "not-yet-consistent", waitedMs, waitingFor: found.missing };
    if ("parked" in found) return { ok: false, reason: "parked", parked: found.parked };
    if ("rebuilding" in found) return { ok: false, reason: "rebuilding", projection: found.rebuilding };
    const { served, ...reached } = found;
    try {
      return { ok: true, value: await run(served), ...reached };
    } catch (error) {
      // What served a moment ago may have been dropped since.
      const now = await servedNow(this.#side.known, from, served);
      if (!now) throw error;
      return { ok: true, value: await run(now), ...reached };
    }
  }

  #run(
    query: AnyQuery,
    served: readonly Served[],
    input: unknown,
    { principal }: Pick<QueryOptions, "principal">,
  ): Promise<unknown> {
    const { target } = this.#side;
    const read: Record<string, ReadModelReader> = {};
    for (const one of served) read[one.projection.name] = servedReader(target, one);
    const sql = sqlOver(target, Object.keys(read));
    return query.run(input, { read, sql, ...(principal && { principal }) });
  }
}
