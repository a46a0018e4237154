/** Faults that stand between client and engine, and when they strike. */

export type Fault =
  /** Refused, with the exception that asks to slow down. */
  | "throttle"
  /** Refused with a 500. */
  | "server-error"
  /** Done, and answered with a 500. */
  | "applied-then-500"
  /** Done, and the connection is cut instead of an answer. */
  | "applied-then-cut"
  /** The connection is cut before the engine hears of it. */
  | "cut"
  /** Refused: another transaction is at work on the same items. */
  | "transaction-conflict"
  /** Half of a batch is left undone, and named. */
  | "unprocessed"
  /** The stream's answer comes without its records. */
  | "drop-records"
  /** The stream's answer has each record twice. */
  | "duplicate-records"
  /** The iterator has expired. */
  | "expired-iterator"
  /** What the iterator stands for is no longer in the stream. */
  | "trimmed"
  /** Refused with the rule's `exception`. */
  | "exception"
  /** Answered by the rule's `answer`. */
  | "answer"
  /** Held back until the rule's `until` has settled; later requests overtake it. */
  | "held";

/** Asks the engine something; a test's answer may be made of what it says. */
export type AskEngine = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

export interface FaultRule {
  readonly fault: Fault;
  /** Such as `PutItem`. Default: any. */
  readonly operation?: string;
  /** Requests that it strikes. Default 1. */
  readonly times?: number;
  /** Requests that pass before it strikes. Default 0. */
  readonly after?: number;
  /** Such as `AccessDeniedException`. */
  readonly exception?: string;
  readonly until?: Promise<unknown>;
  readonly answer?: (input: Record<string, unknown>, ask: AskEngine) => Promise<unknown>;
}

export interface Injected {
  /** How often it has struck. */
  hits(): number;
  remove(): void;
}

export class FaultRules {
  readonly #rules = new Set<{ readonly rule: FaultRule; seen: number; hits: number }>();

  add(rule: FaultRule): Injected {
    const entry = { rule, seen: 0, hits: 0 };
    this.#rules.add(entry);
    return { hits: () => entry.hits, remove: () => void this.#rules.delete(entry) };
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The first rule that strikes this request. */
  strike(operation: string): FaultRule | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      const place = entry.seen++;
      const first = rule.after ?? 0;
      if (place < first || place >= first + (rule.times ?? 1)) continue;
      entry.hits++;
      return rule;
    }
    return undefined;
  }
}
