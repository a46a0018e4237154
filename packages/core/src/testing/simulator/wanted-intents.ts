/** What a policy wants according to the log, read in the plainest way: intents under the ids that they are executed under. */
import { eventId, type RecordedEvent } from "../../definition/event.ts";
import type { CommandIntent, Due, EffectIntent, Intent, Intents } from "../../definition/intent.ts";
import type { AnyPolicy } from "../../definition/policy.ts";
import type { Rejection } from "../../definition/rejection.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import { chainOf } from "../../runtime/policy/intent-changes.ts";
import type { Reference } from "./reference.ts";

export interface WantedIntent {
  /** A cancel is executed under none. */
  readonly commandId: string;
  readonly policy: AnyPolicy;
  readonly intent: Intent;
  readonly chain: number;
  /** The event behind it; absent for what follows a rejection. */
  readonly event?: RecordedEvent;
}

/** In the order of the log, partition after partition. */
export function wantedIntents(policy: AnyPolicy, log: MemoryLog, reference: Reference): WantedIntent[] {
  const handlers = policy.on as Readonly<Record<string, (event: RecordedEvent) => Intents>>;
  return [...log.partitions].flatMap(([partition, events]) =>
    events.flatMap((stored, index) => {
      const event = reference.recorded(stored, partition, index + 1);
      const wanted = handlers[event.type]?.(event) ?? [];
      const chain = chainOf(event.metadata.commandId) + 1;
      return named(policy, wanted, eventId(event), chain).map((one) => ({ ...one, event }));
    }),
  );
}

/** What follows when a command is rejected; nothing where the policy does not say. */
export function afterRejection(wanted: WantedIntent, rejection: Rejection): WantedIntent[] | undefined {
  const { policy, commandId, chain } = wanted;
  const { kind, ...command } = commandOf(wanted) as CommandIntent;
  const then = policy.onRejected?.({ command, rejection });
  return then && named(policy, then, `rejected:${commandId}`, chain + 1);
}

/** The command that is executed in the end; nothing for effects and cancels. */
export function commandOf({ intent }: WantedIntent): CommandIntent | undefined {
  if (intent.kind === "timer") return intent.command;
  return intent.kind === "command" ? intent : undefined;
}

export function effectOf({ intent }: WantedIntent): EffectIntent | undefined {
  return intent.kind === "effect" ? intent : undefined;
}

/** Milliseconds since 1970; nothing for what is not a timer of an event. */
export function dueAt({ intent, event }: WantedIntent): number | undefined {
  return intent.kind === "timer" && event ? instant(intent.due, Date.parse(event.recordedAt)) : undefined;
}

function instant(due: Due, from: number): number {
  return "at" in due ? Date.parse(due.at) : Math.ceil(from + due.afterMs);
}

/** A timer ends a chain. */
function named(policy: AnyPolicy, intents: Intents, cause: string, chain: number): WantedIntent[] {
  return [intents].flat().map((intent: Intent, index): WantedIntent => {
    const links = intent.kind === "timer" ? 0 : chain;
    return { policy, intent, chain: links, commandId: `policy:${links}:${policy.name}:${cause}:${index}` };
  });
}
