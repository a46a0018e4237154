/** How fast something grows: over the last few seconds, since an average over minutes hides what happens now. */

const spanMs = 3_000;

export class Rate {
  readonly #samples: { readonly at: number; readonly value: number }[] = [{ at: performance.now(), value: 0 }];

  /** Per second, now that the count is `value`. */
  at(value: number): number {
    const now = performance.now();
    this.#samples.push({ at: now, value });
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) > spanMs) this.#samples.shift();
    const [first] = this.#samples;
    return first && now > first.at ? ((value - first.value) * 1_000) / (now - first.at) : 0;
  }
}
