/** An adapter with one mistake, and the case that finds it. */

export interface BrokenAdapter<Adapters> {
  /** What it does wrong. */
  readonly mistake: string;
  /** The full name of a case that fails because of it. Others may fail too. */
  readonly caughtBy: string;
  /** Fresh adapters with the mistake in them. */
  open(): Adapters;
}
