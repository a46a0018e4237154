/** Events: their schemas over time, and the envelope in which they are read back. */
import type { Input, Output, Schema } from "./schema.ts";

/** Lifts the data of an event from one schema version to the next. */
// biome-ignore lint/suspicious/noExplicitAny: old shapes live only in old logs, no type of today describes them
export type Upcaster<Next = any> = (data: any) => Next;

/** An event whose schema has changed since its first events were written. */
export interface EventDefinition<S extends Schema = Schema> {
  readonly schema: S;
  /** Schema version that is written now: one more than there are upcasters. */
  readonly version: number;
  readonly upcasters: readonly Upcaster[];
}

/** How an aggregate declares an event: just a schema (version 1), or `event(schema, { upcasters })`. */
export type EventDeclaration = Schema | EventDefinition;
export type EventDeclarations = Readonly<Record<string, EventDeclaration>>;

type SchemaOf<D extends EventDeclaration> = D extends EventDefinition<infer S> ? S : D extends Schema ? D : never;
/** The data of an event as handlers see it. */
export type EventData<D extends EventDeclaration> = Output<SchemaOf<D>>;
/** The data of an event as `decide` may produce it, before defaults. */
export type EventInput<D extends EventDeclaration> = Input<SchemaOf<D>>;

/**
 * Declares an event whose schema has changed. `upcasters[0]` lifts version 1 to 2, `upcasters[1]` 2 to 3, and so on; the last one
 * returns data of today's schema. They run when an old event is read; the log itself is never rewritten.
 */
export function event<S extends Schema>(
  schema: S,
  options: { readonly upcasters: readonly [...Upcaster[], Upcaster<Output<S>>] },
): EventDefinition<S> {
  return { schema, version: options.upcasters.length + 1, upcasters: options.upcasters };
}

export function eventDefinition(declaration: EventDeclaration): EventDefinition {
  return "~standard" in declaration ? { schema: declaration, version: 1, upcasters: [] } : declaration;
}

/** Who or what sent a command, as the application's authentication names it. Never put secrets or personal data in it. */
export interface Principal {
  readonly id: string;
  readonly roles?: readonly string[];
}

/** Where an event came from. */
export interface EventMetadata {
  /** The command that produced the event. */
  readonly commandId: string;
  /** The message that caused that command: an event id for policies, else the command itself. */
  readonly causationId: string;
  /** Shared by everything that follows from one first message. */
  readonly correlationId: string;
  readonly principal?: Principal;
  /** W3C Trace Context of the request. */
  readonly traceparent?: string;
}

/** A stream is one consistency boundary: one instance of an aggregate. Its name is `<aggregate>-<id>`. */
export interface StreamId {
  readonly name: string;
  readonly aggregate: string;
  readonly id: string;
}

/** An event as projections and readers see it, lifted to today's schema version. */
export interface RecordedEvent<Type extends string = string, Data = unknown> {
  /** `<aggregate>.<Event>`, for example `counter.Incremented`. */
  readonly type: Type;
  readonly data: Data;
  readonly stream: StreamId;
  /** 1-based and gapless within the stream. */
  readonly version: number;
  readonly partition: string;
  /** Increasing within the partition of the feed. */
  readonly position: number;
  /** When it was appended: ISO 8601, UTC, milliseconds. */
  readonly recordedAt: string;
  readonly metadata: EventMetadata;
}

/** The id of an event, unique in the log and derived from its place there: `counter-42@7`. */
export function eventId(event: { readonly stream: StreamId; readonly version: number }): string {
  return `${event.stream.name}@${event.version}`;
}
