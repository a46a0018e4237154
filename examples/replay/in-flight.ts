/** Bounds how many commands wait for their answer: enough that turns and commits are shared, few enough that memory stays flat. */
export class InFlight {
  readonly #limit: number;
  #count = 0;
  #failure: { readonly error: unknown } | undefined;
  #below = 0;
  #wake: (() => void) | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#count >= this.#limit;
  }

  add<T>(work: Promise<T>, done: (value: T) => void): void {
    this.#count++;
    work.then(
      (value) => {
        done(value);
        this.#left();
      },
      (error: unknown) => {
        this.#failure ??= { error };
        this.#left();
      },
    );
  }

  /**
   * Resolves once there is room for half of the limit: refilling one by one would wake the caller for every answer.
   * @throws what the first failed work threw.
   */
  room(): Promise<void> {
    return this.#until(Math.floor(this.#limit / 2));
  }

  /**
   * Resolves when nothing is in flight.
   * @throws what the first failed work threw.
   */
  empty(): Promise<void> {
    return this.#until(0);
  }

  async #until(below: number): Promise<void> {
    this.#below = below;
    if (this.#count > below) await new Promise<void>((wake) => (this.#wake = wake));
    if (this.#failure) throw this.#failure.error;
  }

  #left(): void {
    this.#count--;
    if (this.#count > this.#below) return;
    this.#wake?.();
    this.#wake = undefined;
  }
}
