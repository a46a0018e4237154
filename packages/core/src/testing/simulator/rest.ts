/** Whether everything has come to where it should be, as far as what was written tells. */
import { policyTable } from "../../definition/app.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import { type IntentRow, intentKinds, queues } from "../../runtime/policy/intent-table.ts";
import type { BuildHistory, Ledger } from "./ledger.ts";
import type { Releases } from "./releases.ts";
import type { Server } from "./server.ts";

export interface RestSide {
  readonly log: MemoryLog;
  readonly ledger: Ledger;
  readonly releases: Releases;
  readonly servers: readonly Server[];
}

export class Rest {
  readonly #side: RestSide;

  constructor(side: RestSide) {
    this.#side = side;
  }

  /** Whether every read model, and every policy, includes the whole log. */
  caughtUp(): boolean {
    const { projections } = this.#side.releases.newest;
    const kept = projections.map(({ name, version }) => this.#keptUp(name, version));
    return [...kept, ...this.#policyTables()].every((build) => build !== undefined && this.#includesAll(build));
  }

  /** Clocks that jump put off what is due, and what a person must decide about stays. */
  intentsAreDone(): boolean {
    const now = this.#clock();
    const isIn = (queue: string, queueOf: (kind: (typeof intentKinds)[number]) => string) =>
      intentKinds.some((kind) => queueOf(kind) === queue);
    return this.#intents().every(({ queue, dueAt }) => {
      if (isIn(queue, queues.ready)) return false;
      return dueAt > now || (queue !== queues.timer && !isIn(queue, queues.failing));
    });
  }

  timersAreDueIn(ms: number): boolean {
    const until = this.#clock() + ms;
    return this.#intents().some(({ queue, dueAt }) => queue === queues.timer && dueAt <= until);
  }

  /** A raised version comes to serve by itself, unless an operator has rolled it back. */
  #keptUp(name: string, version: number): BuildHistory | undefined {
    const { ledger } = this.#side;
    const live = ledger.live(name);
    if (live?.model.version === version) return live;
    return ledger.histories.findLast(
      ({ model, state }) => model.name === name && model.version === version && state === "previous",
    );
  }

  #includesAll(build: BuildHistory): boolean {
    const { log } = this.#side;
    return [...log.partitions.keys()].every((partition) => build.checkpoint(partition) >= log.head(partition));
  }

  #policyTables(): BuildHistory[] {
    const { ledger, releases } = this.#side;
    return releases.newest.policies.flatMap(({ name }) => ledger.live(policyTable(name)) ?? []);
  }

  #intents(): IntentRow[] {
    return this.#policyTables().flatMap(({ rows }) => [...rows.values()] as unknown as IntentRow[]);
  }

  /** Of the server whose clock is behind the others. */
  #clock(): number {
    return Math.min(...this.#side.servers.map(({ running }) => running?.process.environment.clock.now() ?? 0));
  }
}
