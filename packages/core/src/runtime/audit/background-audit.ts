/** Audits a sample of the read models now and then, another one each time, until all keys have been looked at; and begins again. */
import { StoppedError } from "../../errors.ts";
import type { Environment } from "../../port/environment.ts";
import type { RuntimeObserver } from "../observer.ts";
import type { ProjectionRunner } from "../projection/projection-runner.ts";
import type { Settings } from "../settings.ts";
import { Signal } from "../signal.ts";
import type { Auditor } from "./auditor.ts";

interface BackgroundSide {
  readonly auditor: Auditor;
  readonly environment: Environment;
  readonly settings: Settings;
  readonly observer: RuntimeObserver;
}

export class BackgroundAudit {
  readonly #runners: readonly ProjectionRunner[];
  readonly #side: BackgroundSide;
  readonly #end = new Signal();
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(runners: readonly ProjectionRunner[], side: BackgroundSide) {
    this.#runners = runners;
    this.#side = side;
  }

  start(): void {
    if (this.#side.settings.auditEveryMs > 0) this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#end.raise();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { environment, settings } = this.#side;
    for (let round = 0; ; round++) {
      await this.#end.wait(environment.scheduler, settings.auditEveryMs);
      for (const runner of this.#runners) {
        if (this.#stopping) return;
        await this.#audit(runner, round % settings.auditParts);
      }
    }
  }

  /** Only by the worker that has the lease, so that several do not do it twice. */
  async #audit({ projection, epoch }: ProjectionRunner, part: number): Promise<void> {
    if (epoch === undefined) return;
    const { auditor, settings, observer } = this.#side;
    const sample = { part, of: settings.auditParts };
    const signal = { throwIfAborted: () => this.#throwIfStopping() };
    try {
      await auditor.audit(projection, { sample, perSecond: settings.auditPerSecond, signal });
    } catch (error) {
      if (!this.#stopping) observer.auditFailed?.({ projection: projection.name, error });
    }
  }

  #throwIfStopping(): void {
    if (this.#stopping) throw new StoppedError("The runtime");
  }
}
