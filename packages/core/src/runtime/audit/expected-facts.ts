/** The facts that the log gives, in the order in which they are scanned. */
import { checkedRow } from "../../memory/checked-row.ts";
import { factKey } from "../../port/fact-place.ts";
import type { Row } from "../../port/read-model-store.ts";
import type { PagedEvent } from "../projection/event-pages.ts";
import { fold } from "../projection/fold.ts";
import type { AuditSide } from "./audit-side.ts";
import type { Place } from "./expected-rows.ts";
import { Incomparable } from "./incomparable.ts";
import { isWithin } from "./key-range.ts";

export interface ExpectedFact {
  readonly key: string;
  readonly row: Row;
}

export async function* expectedFacts(side: AuditSide, place: Place): AsyncGenerator<ExpectedFact> {
  for (const partition of side.partitions)
    for await (const events of side.pages.walk(partition, 0, place.get(partition) ?? 0))
      yield* await factsOf(side, partition, events);
}

/** As a target gives them back: through JSON, with the declared columns and no others. */
export async function factsOf(
  side: AuditSide,
  partition: string,
  events: readonly PagedEvent[],
): Promise<readonly ExpectedFact[]> {
  const wanted = events.filter(({ stored }) => isSampled(side, partition, stored.position));
  return Incomparable.unless(async () => {
    const { facts } = await fold(side.projection, wanted, noRows);
    return facts.map(({ position, index, row }) => ({
      key: factKey({ partition, position, index }),
      row: JSON.parse(JSON.stringify(checkedRow(side.model, row as Row))),
    }));
  });
}

/** A sample of facts is one of events. */
export function isSampled({ range }: AuditSide, partition: string, position: number): boolean {
  return isWithin(range, `${partition}#${position}`);
}

const noRows = async () => new Map<string, never>();
