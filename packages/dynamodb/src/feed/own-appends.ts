/** Records this process's own appends at once, instead of when the table's stream tells of them. */
import type { Tip } from "../event-store/tip.ts";
import type { Recorder } from "./recorder.ts";

/** Appends that come in while a step is being recorded share the next one. What fails is left to the table's stream. */
export class OwnAppends {
  readonly #recorder: Recorder;
  readonly #failed: (error: unknown) => void;
  #waiting = new Map<string, Tip>();
  #running: Promise<void> | undefined;

  constructor(recorder: Recorder, failed: (error: unknown) => void) {
    this.#recorder = recorder;
    this.#failed = failed;
  }

  record(tips: ReadonlyMap<string, Tip>): void {
    for (const [stream, tip] of tips) this.#waiting.set(stream, tip);
    this.#running ??= this.#run();
  }

  /** Resolves when what was handed over is recorded, or has failed. */
  async stop(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await undefined;
    while (this.#waiting.size > 0) {
      const tips = this.#waiting;
      this.#waiting = new Map();
      await this.#recorder.record(tips).catch(this.#failed);
    }
    this.#running = undefined;
  }
}
