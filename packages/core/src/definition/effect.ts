/** Effects: what a policy has done to the world outside (mail, webhooks, payments), named and typed; hosts say how it is done. */
import { checkName } from "./aggregate.ts";
import type { Input, Output, Schema } from "./schema.ts";

export interface Effect<Name extends string = string, S extends Schema = Schema> {
  readonly kind: "effect";
  readonly name: Name;
  readonly payload: S;
}

/** What the payload of an effect may be when a policy asks for it, before defaults. */
export type EffectInput<E extends Effect> = Input<E["payload"]>;
/** The payload as its handler gets it. */
export type EffectPayload<E extends Effect> = Output<E["payload"]>;

/**
 * Declares an effect. Its payload must be JSON.
 * @throws DefinitionError when the name is malformed.
 */
export function effect<const Name extends string, S extends Schema>(name: Name, payload: S): Effect<Name, S> {
  checkName("effect", name);
  return { kind: "effect", name, payload };
}

/** What a handler knows besides the payload. */
export interface EffectContext {
  /** The same whenever the same effect is tried again: pass it on, so that the receiver can tell. */
  readonly idempotencyKey: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly policy: string;
  /** Shared by everything that follows from one first message. */
  readonly correlationId: string;
  /** When it was wanted: ISO 8601, UTC; for an event, when that was recorded. The same at every attempt. */
  readonly wantedAt: string;
}

/** How a host performs one effect. */
export interface EffectHandler {
  readonly effect: Effect;
  /** Resolves once it is done. Throwing has it tried again later, unless it throws `EffectRefusedError`. */
  readonly perform: (payload: unknown, context: EffectContext) => Promise<void>;
}

/** Says how an effect is performed, for `createRuntime(app, { effects: [...] })`. It may be performed twice, when its answer is lost. */
export function performs<E extends Effect>(
  what: E,
  perform: (payload: EffectPayload<E>, context: EffectContext) => Promise<void>,
): EffectHandler {
  return { effect: what, perform: perform as EffectHandler["perform"] };
}
