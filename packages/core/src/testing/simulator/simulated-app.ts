/** The user's app with ears: decisions are noted, handlers fail on poison, and one query tells what it could have read. */
import type { AnyAggregate } from "../../definition/aggregate.ts";
import type { App } from "../../definition/app.ts";
import { eventId, type RecordedEvent } from "../../definition/event.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import type { AnyQuery } from "../../definition/query.ts";
import type { Schema } from "../../definition/schema.ts";
import type { Poison } from "./poison.ts";

/** Name of the query that reads projection `name`. */
export function queryName(name: string): string {
  return `simulated ${name}`;
}

export interface Ears {
  readonly poison: Poison;
  /** A command was decided, at this time by the clock of its process: ISO 8601. */
  decided(commandId: string, now: string): void;
  /** A query that waited begins to read. */
  queryReads(query: string, projection: AnyProjection): void;
}

export function simulatedApp(app: App, ears: Ears): App {
  return {
    ...app,
    aggregates: app.aggregates.map((aggregate) => withNotedDecisions(aggregate, ears)),
    projections: app.projections.map((projection) => withPoison(projection, ears)),
    queries: app.projections.map((projection) => queryOf(projection, ears)),
  };
}

type Decide = AnyAggregate["decide"][string];

function withNotedDecisions(aggregate: AnyAggregate, ears: Ears): AnyAggregate {
  const decide = mapped(
    aggregate.decide as Record<string, Decide>,
    (original): Decide =>
      (data, state, context) => {
        ears.decided(context.commandId, context.now);
        return original(data, state, context);
      },
  );
  return { ...aggregate, decide };
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of tables and of facts take and give different things
type Handler = (...given: any[]) => any;

function withPoison(projection: AnyProjection, { poison }: Ears): AnyProjection {
  const on = mapped(
    projection.on as Record<string, Handler>,
    (original): Handler =>
      (...given) => {
        const event = given.at(-1) as RecordedEvent;
        const place = `${projection.name} on ${eventId(event)}`;
        if (poison.strikes(place)) throw new Error(`simulated: poison for ${place}`);
        return original(...given);
      },
  );
  return { ...projection, on };
}

/** Takes the name of the query that asks as its input. */
const anything: Schema = {
  "~standard": { version: 1, vendor: "foldstream", validate: (value: unknown) => ({ value }) },
};

function queryOf(projection: AnyProjection, ears: Ears): AnyQuery {
  return {
    kind: "query",
    name: queryName(projection.name),
    input: anything,
    from: [projection],
    run: async (asked) => ears.queryReads(String(asked), projection),
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
