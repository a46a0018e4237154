/** The application's parts by name, and events between the domain's form and the log's. */
import type { AnyAggregate, DecideContext, SnapshotPolicy } from "../definition/aggregate.ts";
import type { App } from "../definition/app.ts";
import {
  type EventDefinition,
  type EventMetadata,
  eventDefinition,
  type RecordedEvent,
  type StreamId,
} from "../definition/event.ts";
import type { AnyQuery } from "../definition/query.ts";
import { isPromise, type Schema, type Validation, validate } from "../definition/schema.ts";
import { InvalidEventError, StoreFailureError, UnknownNameError } from "../errors.ts";
import type { FedEvent } from "../port/event-feed.ts";
import type { EventToAppend, StoredEvent } from "../port/event-store.ts";
import { isoTimes } from "./iso-times.ts";
import { jsonProblem } from "./json.ts";
import { nearest } from "./nearest.ts";
import type { RecordedStreamEvent } from "./runtime.ts";

export interface EventEntry {
  /** `<aggregate>.<Event>`. */
  readonly type: string;
  /** Name within the aggregate. */
  readonly name: string;
  readonly definition: EventDefinition;
  readonly evolve: (state: unknown, data: unknown) => unknown;
}

export interface CommandEntry {
  readonly name: string;
  readonly schema: Schema;
  readonly decide: (data: unknown, state: unknown, context: DecideContext) => unknown;
}

/** An aggregate without its types, by names. */
export interface AggregateEntry {
  readonly name: string;
  readonly initialState: unknown;
  readonly snapshot: SnapshotPolicy | undefined;
  readonly events: ReadonlyMap<string, EventEntry>;
  readonly commands: ReadonlyMap<string, CommandEntry>;
}

/** An event that passed its schema: as the log keeps it, and as `evolve` gets it. */
export interface EncodedEvent {
  readonly entry: EventEntry;
  readonly data: unknown;
  readonly toAppend: EventToAppend;
}

export class Catalog {
  readonly #aggregates: ReadonlyMap<string, AggregateEntry>;
  readonly #events: ReadonlyMap<string, EventEntry>;
  readonly #queries: ReadonlyMap<string, AnyQuery>;
  readonly #eventSize: number;
  /** Milliseconds since 1970 as ISO 8601, UTC. */
  readonly isoTime = isoTimes();

  constructor(app: App, eventSize: number) {
    this.#aggregates = new Map(app.aggregates.map((aggregate) => [aggregate.name, aggregateEntry(aggregate)]));
    const entries = [...this.#aggregates.values()].flatMap(({ events }) => [...events.values()]);
    this.#events = new Map(entries.map((entry) => [entry.type, entry]));
    this.#queries = new Map(app.queries.map((query) => [query.name, query]));
    this.#eventSize = eventSize;
  }

  /** @throws UnknownNameError */
  aggregate(name: string): AggregateEntry {
    return this.#aggregates.get(name) ?? unknown("aggregate", name, this.#aggregates.keys());
  }

  /** @throws UnknownNameError */
  query(name: string): AnyQuery {
    return this.#queries.get(name) ?? unknown("query", name, this.#queries.keys());
  }

  /** @throws InvalidEventError when the schema, JSON or the size limit refuses it. Promised only where the schema is asynchronous. */
  encode(
    { name: aggregate, events }: AggregateEntry,
    name: string,
    data: unknown,
    recordedAt: number,
    metadata: EventMetadata,
  ): EncodedEvent | Promise<EncodedEvent> {
    const entry = events.get(name);
    if (!entry)
      throw new InvalidEventError(
        `Aggregate "${aggregate}" has no event "${name}". Known: ${[...events.keys()].join(", ")}.`,
      );
    const finish = (validation: Validation<unknown>) => this.#finish(entry, validation, recordedAt, metadata);
    const validation = validate(entry.definition.schema, data);
    return isPromise(validation) ? validation.then(finish) : finish(validation);
  }

  #finish(
    entry: EventEntry,
    validation: Validation<unknown>,
    recordedAt: number,
    metadata: EventMetadata,
  ): EncodedEvent {
    if (!validation.ok) {
      const issues = validation.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`).join("; ");
      throw new InvalidEventError(`Event "${entry.type}" does not fit its schema: ${issues}. Nothing was written.`);
    }
    const problem = jsonProblem(validation.value);
    if (problem) throw new InvalidEventError(`Event "${entry.type}" is not JSON: ${problem}. Nothing was written.`);
    const data = JSON.stringify(validation.value);
    if (data.length > this.#eventSize) {
      throw new InvalidEventError(
        `Event "${entry.type}" has ${data.length} characters of JSON; the limit (settings.eventSize) is ${this.#eventSize}. Nothing was written.`,
      );
    }
    const toAppend = { type: entry.type, schemaVersion: entry.definition.version, data, recordedAt, metadata };
    return { entry, data: validation.value, toAppend };
  }

  /** The data of a stored event, lifted to today's schema version. */
  decodeData(stored: StoredEvent): { readonly entry: EventEntry; readonly data: unknown } {
    const entry = this.#events.get(stored.type);
    if (!entry) {
      throw new StoreFailureError(
        `${stored.stream}@${stored.version} is a "${stored.type}", which the app does not declare. Keep declaring events that the log holds.`,
      );
    }
    const { version, upcasters } = entry.definition;
    if (stored.schemaVersion > version) {
      throw new StoreFailureError(
        `${stored.stream}@${stored.version} has schema version ${stored.schemaVersion} of "${stored.type}"; this app knows ${version}. A newer release wrote it.`,
      );
    }
    let data: unknown = JSON.parse(stored.data);
    for (let from = stored.schemaVersion; from < version; from++) data = upcasters[from - 1]?.(data);
    return { entry, data };
  }

  decode(stored: StoredEvent): RecordedStreamEvent {
    const { type, stream, version, recordedAt, metadata } = stored;
    const { data } = this.decodeData(stored);
    return { type, data, stream: streamId(stream), version, recordedAt: this.isoTime(recordedAt), metadata };
  }

  /** The same for an event from the feed. Built in one go: projections read many. */
  decodeFed(stored: FedEvent, partition: string): RecordedEvent {
    const { type, stream, version, position, recordedAt, metadata } = stored;
    const { data } = this.decodeData(stored);
    return {
      type,
      data,
      stream: streamId(stream),
      version,
      partition,
      position,
      recordedAt: this.isoTime(recordedAt),
      metadata,
    };
  }
}

/** The name of the stream of an aggregate instance. */
export function streamName(aggregate: string, id: string): string {
  return `${aggregate}-${id}`;
}

/** Aggregate names hold no hyphen, so the first one ends the name. */
function streamId(name: string): StreamId {
  const hyphen = name.indexOf("-");
  return { name, aggregate: name.slice(0, hyphen), id: name.slice(hyphen + 1) };
}

function aggregateEntry({
  name,
  initialState,
  snapshot,
  events,
  evolve,
  commands,
  decide,
}: AnyAggregate): AggregateEntry {
  const eventEntries = Object.keys(events).map((event): [string, EventEntry] => {
    const definition = eventDefinition(events[event]);
    return [
      event,
      { type: `${name}.${event}`, name: event, definition, evolve: evolve[event] as EventEntry["evolve"] },
    ];
  });
  const commandEntries = Object.keys(commands).map((command): [string, CommandEntry] => [
    command,
    { name: command, schema: commands[command], decide: decide[command] as CommandEntry["decide"] },
  ]);
  return { name, initialState, snapshot, events: new Map(eventEntries), commands: new Map(commandEntries) };
}

/** @throws UnknownNameError */
export function unknown(kind: string, name: string, known: Iterable<string>): never {
  throw new UnknownNameError(kind, name, nearest(name, known));
}
