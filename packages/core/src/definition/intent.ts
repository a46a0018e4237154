/** Intents: what a policy wants to happen, as data. */
import type { AnyAggregate, CommandInput, CommandName } from "./aggregate.ts";
import type { Effect, EffectInput } from "./effect.ts";

export interface CommandIntent {
  readonly kind: "command";
  readonly aggregate: string;
  readonly id: string;
  readonly command: string;
  readonly data: unknown;
}

/** When a timer is due: an instant (ISO 8601, UTC), or so long after the event that set it. */
export type Due = { readonly at: string } | { readonly afterMs: number };

export interface TimerIntent {
  readonly kind: "timer";
  readonly name: string;
  readonly due: Due;
  readonly command: CommandIntent;
}

export interface CancelIntent {
  readonly kind: "cancel";
  readonly name: string;
}

export interface EffectIntent {
  readonly kind: "effect";
  readonly effect: string;
  readonly payload: unknown;
}

export type Intent = CommandIntent | TimerIntent | CancelIntent | EffectIntent;
/** One intent, several in order, or none (`[]`). */
export type Intents = Intent | readonly Intent[];

/** A command to an aggregate instance. Commands of one policy to one instance are executed in the order in which it wanted them. */
export function send<A extends AnyAggregate, N extends CommandName<A>>(
  aggregate: A,
  id: string,
  command: N,
  data: CommandInput<A, N>,
): CommandIntent {
  return { kind: "command", aggregate: aggregate.name, id, command, data };
}

/** A command at a later time. `name` is the policy's own: setting a timer of the same name again replaces it. */
export function timer(name: string, due: Due, command: CommandIntent): TimerIntent {
  return { kind: "timer", name, due, command };
}

/** Cancels the timer of that name, if it has not come due yet. */
export function cancel(name: string): CancelIntent {
  return { kind: "cancel", name };
}

/** Has an effect performed. Effects of one kind that follow from one stream are performed in order. */
export function perform<E extends Effect>(what: E, payload: EffectInput<E>): EffectIntent {
  return { kind: "effect", effect: what.name, payload };
}
