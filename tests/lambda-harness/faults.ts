/** What goes wrong while clients are at work. */
import type { FaultProxy, FaultRule, Injected } from "@foldstream/dynamodb-local";
import type { Disturbances, LocalFunction } from "@foldstream/lambda-local";
import type { Chance } from "./chance.ts";

export const faultKinds = [
  /** Commands, batches, events and stream records come twice. */
  "duplicates",
  /** Invocations whose time is up in the middle of their work. */
  "timeouts",
  /** Copies that are killed at work. */
  "kills",
  /** Copies that stand still for a while at work. */
  "freezes",
  /** Records of the table's stream that nobody is ever told of. */
  "lost-records",
  /** DynamoDB asks to slow down, or says that transactions are in each other's way. */
  "throttles",
  /** DynamoDB does what it was asked, and the answer is lost. */
  "lost-answers",
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** In milliseconds: at least so long between two troubles of a kind, and for how long a copy stands still. */
const every = { kills: 1_500, freezes: 2_500, "lost-records": 3_000, throttles: 400, "lost-answers": 700 };
const frozenMs = 3_000;
/** Answers that clients get between two troubles of a kind, so that a busy machine goes on, too. */
const answersBetween = 3;

export interface FaultTargets {
  readonly proxy: FaultProxy;
  readonly functions: readonly LocalFunction[];
  /** Answers that clients have got. */
  readonly answered: () => number;
}

export class Faults {
  readonly #wanted: ReadonlySet<FaultKind>;
  readonly #chance: Chance;
  readonly #timers: NodeJS.Timeout[] = [];
  #raging = true;
  #answered = () => 0;
  /** How often each was ordered. Some strike nobody: an invocation is throttled, or done before its time is up. */
  readonly ordered = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;

  constructor(wanted: ReadonlySet<FaultKind>, chance: Chance) {
    this.#wanted = wanted;
    this.#chance = chance;
  }

  /** For the deployment. */
  get disturbances(): Disturbances {
    return {
      again: () => this.strikes("duplicates", 4),
      timeFor: () => (this.strikes("timeouts", 8) ? 5 + this.#chance.below(120) : undefined),
    };
  }

  /** Whether it happens now, about once in so many times. */
  strikes(kind: FaultKind, inTimes: number): boolean {
    if (!this.#raging || !this.#wanted.has(kind) || !this.#chance.once(inTimes)) return false;
    this.ordered[kind]++;
    return true;
  }

  start({ proxy, functions, answered }: FaultTargets): void {
    this.#answered = answered;
    const any = () => {
      const busy = functions.filter(({ isBusy }) => isBusy);
      return busy[this.#chance.below(busy.length)];
    };
    this.#again("kills", () => any()?.killOne());
    this.#again("freezes", () => any()?.pauseOne(frozenMs));
    this.#injectAgain(proxy, "lost-records", () => ({ fault: "drop-records", operation: "GetRecords" }));
    this.#injectAgain(proxy, "throttles", () =>
      this.#chance.once(3)
        ? { fault: "transaction-conflict", operation: "TransactWriteItems" }
        : { fault: "throttle", times: 3 },
    );
    this.#injectAgain(proxy, "lost-answers", () => ({
      fault: this.#chance.once(2) ? "applied-then-cut" : "applied-then-500",
      operation: this.#chance.once(2) ? "UpdateItem" : "TransactWriteItems",
    }));
  }

  /** Nothing more goes wrong. */
  stop({ proxy }: FaultTargets): void {
    this.#raging = false;
    for (const timer of this.#timers) clearInterval(timer);
    proxy.clear();
  }

  /** One at a time: where requests are few, rules would pile up until nothing gets through. */
  #injectAgain(proxy: FaultProxy, kind: keyof typeof every, rule: () => FaultRule): void {
    let last: Injected | undefined;
    this.#again(kind, () => {
      last?.remove();
      last = proxy.inject(rule());
    });
  }

  #again(kind: keyof typeof every, strike: () => void): void {
    if (!this.#wanted.has(kind)) return;
    let last = 0;
    const strikeNow = () => {
      if (this.#answered() < last + answersBetween) return;
      last = this.#answered();
      this.ordered[kind]++;
      strike();
    };
    this.#timers.push(setInterval(strikeNow, every[kind]));
  }
}
