/** Decides commands one after the other on a state, without writing anything. */
import type { EventMetadata } from "../../definition/event.ts";
import { isRejection } from "../../definition/rejection.ts";
import { isPromise } from "../../definition/schema.ts";
import { InvalidEventError } from "../../errors.ts";
import type { EventToAppend } from "../../port/event-store.ts";
import type { AggregateEntry, Catalog, CommandEntry, EncodedEvent } from "../catalog.ts";
import type { Refused } from "../outcome.ts";
import type { StreamState } from "./stream-states.ts";

/** A command whose names and payload have been checked. */
export interface ResolvedCommand {
  readonly entry: AggregateEntry;
  readonly id: string;
  readonly stream: string;
  readonly command: CommandEntry;
  readonly data: unknown;
  /** Set when the caller chose the id, so that the command may be a retry. */
  readonly retryable: boolean;
  readonly fingerprint: string;
  readonly expectedVersion: number | undefined;
  readonly metadata: EventMetadata;
}

export type Verdict =
  | { readonly kind: "accepted"; readonly events: readonly EventToAppend[]; readonly after: StreamState }
  | { readonly kind: "refused"; readonly refused: Refused }
  | { readonly kind: "failed"; readonly error: unknown };

/** Decides one command on `known`. A promise only where a schema is asynchronous. */
export function decide(
  catalog: Catalog,
  now: number,
  command: ResolvedCommand,
  known: StreamState,
): Verdict | Promise<Verdict> {
  const { expectedVersion } = command;
  if (expectedVersion !== undefined && expectedVersion !== known.version) {
    return refusal({ ok: false, reason: "version-conflict", expected: expectedVersion, actual: known.version });
  }
  try {
    const decision = callDecide(command, catalog.isoTime(now), known);
    if (isRejection(decision)) return refusal({ ok: false, reason: "rejected", rejection: decision });
    const verdict = accept(catalog, now, command, known, newEvents(command, decision));
    return isPromise(verdict) ? verdict.catch(failure) : verdict;
  } catch (error) {
    return failure(error);
  }
}

type NamedData = readonly [name: string, data: unknown];

function callDecide({ command, data, id, metadata }: ResolvedCommand, now: string, { state }: StreamState): unknown {
  const { commandId, principal } = metadata;
  const context = { id, now, commandId, ...(principal && { principal }) };
  return command.decide(data, state, context);
}

/** `decide` returns `{ Event: data }` or a list of such; anything else is a mistake worth naming. */
function newEvents({ entry, command }: ResolvedCommand, decision: unknown): NamedData[] {
  const list = Array.isArray(decision) ? decision : [decision];
  return list.map((item: unknown): NamedData => {
    const named = typeof item === "object" && item !== null ? Object.entries(item) : [];
    const [only] = named;
    if (only && named.length === 1) return only;
    throw new InvalidEventError(
      `decide.${command.name} of aggregate "${entry.name}" must return { EventName: data }, a list of such objects, [] or reject(...).`,
    );
  });
}

function accept(
  catalog: Catalog,
  now: number,
  command: ResolvedCommand,
  known: StreamState,
  events: readonly NamedData[],
): Verdict | Promise<Verdict> {
  const encoded = events.map(([name, data]) => catalog.encode(command.entry, name, data, now, command.metadata));
  return encoded.some(isPromise)
    ? Promise.all(encoded).then((ready) => evolve(known, ready))
    : evolve(known, encoded as EncodedEvent[]);
}

function evolve(known: StreamState, events: readonly EncodedEvent[]): Verdict {
  let { state } = known;
  for (const { entry: event, data } of events) state = event.evolve(state, data);
  const after = { state, version: known.version + events.length };
  return { kind: "accepted", events: events.map(({ toAppend }) => toAppend), after };
}

function refusal(refused: Refused): Verdict {
  return { kind: "refused", refused };
}

function failure(error: unknown): Verdict {
  return { kind: "failed", error };
}
