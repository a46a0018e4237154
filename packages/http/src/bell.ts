/** A wake-up that is never lost: rung while nobody waits, it wakes the next one who does. */

export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves when the bell rings, has rung since the last wait, or after `ms` milliseconds. */
  async wait(ms: number): Promise<void> {
    if (!this.#rung) await new Promise<void>((resolve) => this.#sleep(ms, resolve));
    this.#rung = false;
  }

  #sleep(ms: number, resolve: () => void): void {
    const timer = setTimeout(resolve, ms);
    this.#wake = () => {
      clearTimeout(timer);
      resolve();
    };
  }
}
