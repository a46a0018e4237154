/** A case of a suite as data, so that vitest can register it and a test of the suite itself can run it by hand. */

/** What a case defends: one of the guarantees G1 to G10, or, as `Port`, another promise of the port's documentation. */
export type Defended = "G1" | "G2" | "G3" | "G4" | "G5" | "G6" | "G7" | "G8" | "G9" | "G10" | "Port";

/** What every suite needs of the adapters it is given. */
export interface Opened {
  close(): Promise<void>;
}

/** What a case may ask of whoever runs it. */
interface CaseTools<Adapters extends Opened> {
  /** Ends the case as not applicable. */
  skip(why: string): never;
  /** Closes the adapters and opens their storage again; skips the case when the storage does not outlive them. */
  reopen(): Promise<Adapters>;
  /** How long to wait for what an adapter may do late. */
  readonly patienceMs: number;
}

export interface ConformanceCase<Adapters extends Opened> {
  readonly defends: Defended;
  /** Third person; the subject is the adapter. */
  readonly title: string;
  /** Gets fresh, empty adapters. Rejects when the promise is broken. */
  run(adapters: Adapters, tools: CaseTools<Adapters>): Promise<void>;
}

/** The name under which a case is reported. */
export function nameOf({ defends, title }: Pick<ConformanceCase<Opened>, "defends" | "title">): string {
  return `${defends} ${title}`;
}
