/** The user's app with ears: decisions are noted, handlers fail on poison, and one query tells what it could have read. */
import type { AnyAggregate } from "../../definition/aggregate.ts";
import type { App } from "../../definition/app.ts";
import { eventId, type RecordedEvent } from "../../definition/event.ts";
import type { AnyPolicy } from "../../definition/policy.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import type { AnyQuery } from "../../definition/query.ts";
import { isRejection, type Rejection } from "../../definition/rejection.ts";
import type { Schema } from "../../definition/schema.ts";
import type { FindOptions, ReadModelReader, Row } from "../../port/read-model-store.ts";
import type { Poison } from "./poison.ts";

/** Name of the query that reads projection `name`. */
export function queryName(name: string): string {
  return `simulated ${name}`;
}

export interface Ears {
  readonly poison: Poison;
  /** A command was decided, at this time by the clock of its process: ISO 8601. */
  decided(commandId: string, now: string): void;
  rejected(commandId: string, rejection: Rejection): void;
}

/** What a simulated query reads with: it tells the engine which question it is for. */
export interface AskedOptions extends FindOptions<Row> {
  readonly asked?: string;
}

const mostRows = 1_000;

export function simulatedApp(app: App, ears: Ears): App {
  return {
    ...app,
    aggregates: app.aggregates.map((aggregate) => withNotedDecisions(aggregate, ears)),
    projections: app.projections.map((projection) => withPoison(projection, ears)),
    policies: app.policies.map((policy) => withPoison(policy, ears)),
    queries: app.projections.map(queryOf),
  };
}

type Decide = AnyAggregate["decide"][string];

function withNotedDecisions(aggregate: AnyAggregate, ears: Ears): AnyAggregate {
  const decide = mapped(
    aggregate.decide as Record<string, Decide>,
    (original): Decide =>
      (data, state, context) => {
        ears.decided(context.commandId, context.now);
        const decision = original(data, state, context);
        if (isRejection(decision)) ears.rejected(context.commandId, decision);
        return decision;
      },
  );
  return { ...aggregate, decide };
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of tables and of facts take and give different things
type Handler = (...given: any[]) => any;

function withPoison<C extends AnyProjection | AnyPolicy>(consumer: C, { poison }: Ears): C {
  const on = mapped(
    consumer.on as Record<string, Handler>,
    (original): Handler =>
      (...given) => {
        const event = given.at(-1) as RecordedEvent;
        const place = `${consumer.name} on ${eventId(event)}`;
        if (poison.strikes(place)) throw new Error(`simulated: poison for ${place}`);
        return original(...given);
      },
  );
  return { ...consumer, on };
}

/** Takes the name of the query that asks as its input. */
const anything: Schema = {
  "~standard": { version: 1, vendor: "foldstream", validate: (value: unknown) => ({ value }) },
};

function queryOf(projection: AnyProjection): AnyQuery {
  return {
    kind: "query",
    name: queryName(projection.name),
    input: anything,
    from: [projection],
    run: async (asked, { read }) => {
      const options: AskedOptions = { limit: mostRows, asked: String(asked) };
      await (read as Readonly<Record<string, ReadModelReader>>)[projection.name]?.find(options);
    },
  };
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
