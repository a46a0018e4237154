/** One worker's keepers, one for each target: how leases are spread over workers, or taken over, is each target's own affair. */
import type { ReadModelStore } from "../../port/read-model-store.ts";
import { targetOf } from "../targets/target-of.ts";
import { type Leased, LeaseKeeper, type LeaseSide } from "./lease-keeper.ts";
import { type LeaseClaims, sharing, takingOver } from "./lease-spread.ts";

type KeepersSide = Omit<LeaseSide, "leases" | "claims" | "worker">;

export class LeaseKeepers {
  /** The name of this worker in the leases it holds. */
  readonly worker: string;
  readonly #store: ReadModelStore;
  readonly #keepers: ReadonlyMap<ReadModelStore, LeaseKeeper>;

  /** `onSeveral`: what it goes for where workers on several machines hold leases. */
  constructor(runners: readonly Leased[], store: ReadModelStore, side: KeepersSide, onSeveral: LeaseClaims = sharing) {
    this.worker = side.environment.ids.next();
    this.#store = store;
    const keepers = [...Map.groupBy(runners, ({ model }) => targetOf(store, model))].map(([target, held]) => {
      const claims = target.leases.takeOverAtStart ? takingOver : onSeveral;
      const keeper = new LeaseKeeper(held, { ...side, leases: target.leases, claims, worker: this.worker });
      return [target, keeper] as const;
    });
    this.#keepers = new Map(keepers);
  }

  start(): void {
    for (const keeper of this.#keepers.values()) keeper.start();
  }

  /** Takes and renews no more. The leases it holds stay, so that current steps can be finished. */
  async stop(): Promise<void> {
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.stop()));
  }

  /** Lets others have the leases at once. */
  async giveBack(): Promise<void> {
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.giveBack()));
  }

  /** What the leases say about a projection. */
  statusOf(runner: Leased): ReturnType<LeaseKeeper["statusOf"]> {
    return this.#keepers.get(targetOf(this.#store, runner.model))?.statusOf(runner) ?? {};
  }
}
