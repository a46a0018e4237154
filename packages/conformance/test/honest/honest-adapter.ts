/** An adapter that uses a freedom its port leaves. */

export interface HonestAdapter<Adapters> {
  /** What it does differently from the memory adapters, and may. */
  readonly freedom: string;
  /** The reason why cases are skipped, when some are. */
  readonly skips?: string;
  open(): Adapters;
}
