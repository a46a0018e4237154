/** A wake-up that is never lost: raised while nobody waits, it ends the next wait at once. */
import type { Scheduler } from "../port/environment.ts";

export class Signal {
  #raised = false;
  #wake: (() => void) | undefined;

  raise(): void {
    this.#raised = true;
    this.#wake?.();
  }

  /** Resolves when raised, or after `ms` milliseconds. */
  async wait(scheduler: Scheduler, ms: number): Promise<void> {
    if (!this.#raised) {
      await new Promise<void>((resolve) => {
        const cancel = scheduler.after(ms, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#raised = false;
  }
}
