/** What an app knows of the builds of its read models. Others switch them, so it looks again now and then. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { Clock } from "../../port/environment.ts";
import type { BuildStore } from "../../port/read-model-store.ts";
import { readModelOf } from "../projection/fold.ts";
import { type ChosenBuilds, chooseBuilds } from "./choose-builds.ts";

interface Sight {
  readonly chosen: Promise<ChosenBuilds>;
  readonly at: number;
}

export class KnownBuilds {
  readonly #store: BuildStore;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #seen = new Map<string, Sight>();

  constructor(store: BuildStore, clock: Clock, maxAgeMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** As they were `maxAgeMs` ago, or later. */
  of(projection: AnyProjection): Promise<ChosenBuilds> {
    const seen = this.#seen.get(projection.name);
    const fresh = seen && Math.abs(this.#clock.now() - seen.at) < this.#maxAgeMs;
    return fresh ? seen.chosen : this.look(projection);
  }

  /** As they are now. */
  look(projection: AnyProjection): Promise<ChosenBuilds> {
    const chosen = this.#choose(projection);
    const sight = { chosen, at: this.#clock.now() };
    this.#seen.set(projection.name, sight);
    chosen.catch(() => {
      if (this.#seen.get(projection.name) === sight) this.#seen.delete(projection.name);
    });
    return chosen;
  }

  async #choose(projection: AnyProjection): Promise<ChosenBuilds> {
    return chooseBuilds(readModelOf(projection), await this.#store.list(projection.name));
  }
}
