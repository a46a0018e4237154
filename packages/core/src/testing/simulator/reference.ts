/** The app read in the plainest way, one event and one command at a time, to hold the runtime's work against. */
import type { AnyAggregate } from "../../definition/aggregate.ts";
import type { App } from "../../definition/app.ts";
import { eventDefinition, type RecordedEvent } from "../../definition/event.ts";
import { isRejection } from "../../definition/rejection.ts";
import { type Schema, validate } from "../../definition/schema.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { StoredEvent } from "../../port/event-store.ts";
import { canonicalJson } from "../../runtime/json.ts";
import type { SimulatedCommand } from "./schedule.ts";

/** What commands lead to: events as text, a rejection's code, or nothing that a runtime may answer with. */
export type Decided =
  | { readonly kind: "accepted"; readonly events: readonly string[] }
  | { readonly kind: "rejected"; readonly code: string }
  | { readonly kind: "invalid" };

export interface DecidedAt {
  readonly now: string;
  readonly commandId: string;
}

export class Reference {
  readonly #aggregates: ReadonlyMap<string, AnyAggregate>;
  readonly #log: MemoryLog;
  readonly #states = new Map<string, readonly unknown[]>();

  constructor(app: App, log: MemoryLog) {
    this.#aggregates = new Map(app.aggregates.map((aggregate) => [aggregate.name, aggregate]));
    this.#log = log;
  }

  /** The state of a stream at a version that it has had. */
  stateAt(stream: string, version: number): unknown {
    const states = this.#states.get(stream) ?? this.#statesOf(stream);
    this.#states.set(stream, states);
    return states[version];
  }

  /** Commands of one stream, each on the state that the one before it left. */
  async decideAll(commands: readonly SimulatedCommand[], state: unknown, context: DecidedAt): Promise<Decided> {
    const events: string[] = [];
    let current = state;
    for (const { aggregate: name, id, command, data } of commands) {
      const aggregate = this.#aggregate(name);
      const validation = await validate(aggregate.commands[command] as Schema, data);
      if (!validation.ok) return { kind: "invalid" };
      const decision = aggregate.decide[command]?.(validation.value as never, current, { id, ...context });
      if (isRejection(decision)) return { kind: "rejected", code: decision.code };
      for (const [event, made] of [decision].flat().flatMap((one) => Object.entries(one ?? {}))) {
        const fitting = await validate(eventDefinition(aggregate.events[event]).schema, made);
        if (!fitting.ok) return { kind: "invalid" };
        current = aggregate.evolve[event]?.(current, fitting.value as never);
        events.push(eventText(`${name}.${event}`, fitting.value));
      }
    }
    return { kind: "accepted", events };
  }

  /** As a projection is to see it. */
  recorded(stored: StoredEvent, partition: string, position: number): RecordedEvent {
    const { type, stream: name, version, recordedAt, metadata } = stored;
    const [aggregate = ""] = name.split("-", 1);
    const stream = { name, aggregate, id: name.slice(aggregate.length + 1) };
    const data = this.#dataOf(stored);
    return {
      type,
      data,
      stream,
      version,
      partition,
      position,
      recordedAt: new Date(recordedAt).toISOString(),
      metadata,
    };
  }

  #statesOf(stream: string): unknown[] {
    const aggregate = this.#aggregate(stream.split("-", 1)[0] as string);
    const states: unknown[] = [aggregate.initialState];
    for (const stored of this.#log.find(stream)?.events ?? []) {
      states.push(aggregate.evolve[eventName(stored)]?.(states.at(-1), this.#dataOf(stored) as never));
    }
    return states;
  }

  #dataOf(stored: StoredEvent): unknown {
    const [aggregate = ""] = stored.type.split(".", 1);
    const { upcasters } = eventDefinition(this.#aggregate(aggregate).events[eventName(stored)]);
    return upcasters.slice(stored.schemaVersion - 1).reduce((data, lift) => lift(data), JSON.parse(stored.data));
  }

  #aggregate(name: string): AnyAggregate {
    return this.#aggregates.get(name) as AnyAggregate;
  }
}

function eventName({ type }: StoredEvent): string {
  return type.slice(type.indexOf(".") + 1);
}

/** Equal for equal events. */
export function eventText(type: string, data: unknown): string {
  return `${type} ${canonicalJson(data)}`;
}
