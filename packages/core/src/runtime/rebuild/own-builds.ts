/** Keeps an app on the builds that it should work on, whoever switches them, and switches to a raised version once it is built. */

import { isSameBuild } from "../../port/build-list.ts";
import type { ProjectionRunner } from "../projection/projection-runner.ts";
import type { ChosenBuilds } from "./choose-builds.ts";
import type { KnownBuilds } from "./known-builds.ts";
import { type SwitchSide, switchOver } from "./switch-over.ts";

export class OwnBuilds {
  readonly #runners: readonly ProjectionRunner[];
  readonly #known: KnownBuilds;
  readonly #side: SwitchSide;
  readonly #switching = new Map<ProjectionRunner, Promise<void>>();

  constructor(runners: readonly ProjectionRunner[], known: KnownBuilds, side: SwitchSide) {
    this.#runners = runners;
    this.#known = known;
    this.#side = side;
  }

  /** Creates what the app's versions need and moves the runners there. */
  async prepare(): Promise<void> {
    const { target } = this.#side;
    const chosen = await Promise.all(this.#runners.map(({ projection }) => this.#known.look(projection)));
    await target.prepare(chosen.map(({ own }) => own));
    await this.follow();
  }

  /** Looks at the builds: moves runners to others, and begins to switch to those that have caught up. */
  async follow(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => this.#follow(runner)));
  }

  /** Resolves when no switch is on its way any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#switching.values());
  }

  async #follow(runner: ProjectionRunner): Promise<void> {
    const chosen = await this.#known.look(runner.projection);
    if (chosen.ownState === undefined) await this.#side.target.prepare([chosen.own]);
    if (!isSameBuild(chosen.own, runner.model)) await runner.moveTo(chosen.own);
    if (isDue(runner, chosen) && !this.#switching.has(runner)) this.#begin(runner, chosen);
  }

  #begin(runner: ProjectionRunner, { live, own }: ChosenBuilds): void {
    const { projection, ...ended } = { projection: own.name, from: live.version, to: own.version };
    const switching = switchOver(this.#side, live, own)
      .then(() => this.#known.look(runner.projection))
      .then(() => this.#side.observer.switched?.({ projection, ...ended }))
      .catch((error: unknown) => this.#side.observer.switchFailed?.({ projection, ...ended, error }))
      .finally(() => this.#switching.delete(runner));
    this.#switching.set(runner, switching);
  }
}

/** Only the worker that keeps a raised version up to date switches to it. */
function isDue(runner: ProjectionRunner, chosen: ChosenBuilds): boolean {
  return awaitsSwitch(chosen) && runner.epoch !== undefined && runner.state().state === "idle";
}

/** Whether a raised version has not served yet. After a rollback it is a matter for people. */
export function awaitsSwitch({ own, ownState, live }: ChosenBuilds): boolean {
  return ownState === "new" && live.version < own.version;
}
