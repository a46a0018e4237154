/** A policy as a projection into its own table of intents, so that it is run, leased and fenced like any other. */
import { policyTable } from "../../definition/app.ts";
import { eventId, type RecordedEvent } from "../../definition/event.ts";
import type { Intents } from "../../definition/intent.ts";
import type { AnyPolicy } from "../../definition/policy.ts";
import type { TableProjection } from "../../definition/projection.ts";
import type { RowWrite } from "../../port/read-model-store.ts";
import { EventFailedError } from "../parking/event-failed-error.ts";
import type { PagedEvent } from "../projection/event-pages.ts";
import type { FindRows } from "../projection/fold.ts";
import { applyChanges } from "./apply-changes.ts";
import { type Cause, chainOf, type IntentChanges } from "./intent-changes.ts";
import { intentTable, type RowChange } from "./intent-table.ts";

type Handlers = Readonly<Record<string, (event: RecordedEvent) => Intents>>;

export interface PolicyProjection extends Omit<TableProjection, "table" | "on"> {
  readonly table: typeof intentTable;
  readonly on: Handlers;
  readonly foldIntents: (events: readonly PagedEvent[], find: FindRows) => Promise<RowWrite[]>;
}

/**
 * `wanted` is called when there are intents that the step is about to write. The version is that of the table: a policy is never
 * rebuilt, since what it wanted has been done.
 */
export function policyProjection(policy: AnyPolicy, changes: IntentChanges, wanted: () => void): PolicyProjection {
  const name = policyTable(policy.name);
  return {
    kind: "projection",
    into: "table",
    name,
    version: 1,
    from: policy.from,
    table: intentTable,
    key: () => undefined,
    on: policy.on as Handlers,
    async foldIntents(events, find) {
      const all: RowChange[] = [];
      for (const event of events) {
        try {
          all.push(...(await reaction(policy, event.recorded, changes)));
        } catch (cause) {
          throw new EventFailedError(`policy "${policy.name}"`, event, cause);
        }
      }
      if (all.length > 0) wanted();
      return applyChanges(all, find);
    },
  };
}

async function reaction(policy: AnyPolicy, event: RecordedEvent, changes: IntentChanges): Promise<RowChange[]> {
  const handle = (policy.on as Handlers)[event.type];
  return handle ? changes.of(handle(event), causeOf(policy, event)) : [];
}

function causeOf({ name }: AnyPolicy, event: RecordedEvent): Cause {
  const { partition, position, stream, metadata } = event;
  const id = eventId(event);
  return {
    policy: name,
    place: `${partition}/${String(position).padStart(16, "0")}`,
    id,
    chain: chainOf(metadata.commandId) + 1,
    causationId: id,
    correlationId: metadata.correlationId,
    ...(metadata.traceparent !== undefined && { traceparent: metadata.traceparent }),
    at: Date.parse(event.recordedAt),
    origin: partition,
    source: stream.name,
    position,
  };
}
