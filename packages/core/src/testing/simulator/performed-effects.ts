/** The world outside: what effects of policies have done to it, in order. */
import type { App } from "../../definition/app.ts";
import { type Effect, type EffectHandler, performs } from "../../definition/effect.ts";
import type { Calls } from "./calls.ts";
import type { Trace } from "./trace.ts";

export interface PerformedEffect {
  readonly key: string;
  readonly effect: string;
  readonly payload: unknown;
}

export class PerformedEffects {
  readonly all: PerformedEffect[] = [];
  readonly #trace: Trace;

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  /** Handlers for every effect of the app, as one process performs them. */
  handlers({ policies }: App, calls: Calls): readonly EffectHandler[] {
    const effects = new Set(policies.flatMap(({ effects: own = [] }): readonly Effect[] => own));
    return [...effects].map((effect) =>
      performs(effect, (payload, { idempotencyKey }) =>
        calls.write(`perform ${idempotencyKey}`, async () => this.#perform(idempotencyKey, effect.name, payload)),
      ),
    );
  }

  #perform(key: string, effect: string, payload: unknown): void {
    this.#trace.add("world", `${effect} ${JSON.stringify(payload)} (${key})`);
    this.all.push({ key, effect, payload });
  }
}
