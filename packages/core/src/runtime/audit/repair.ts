/** Writes what the log gives in place of what an audit found, under the lease and at the checkpoint that both belong to. */
import { LeaseLostError, StoreFailureError } from "../../errors.ts";
import { factPlace } from "../../port/fact-place.ts";
import type { FactWrite, ReadModelWrite, RowWrite } from "../../port/read-model-store.ts";
import type { OperateStep } from "../lease/operate.ts";
import { type Tenure, writeStep } from "../lease/tenure.ts";
import { type AuditSide, settledCheckpoints } from "./audit-side.ts";
import { factsOf } from "./expected-facts.ts";
import type { ExpectedRows, Place } from "./expected-rows.ts";

/** Repairs as an audit goes; each returns how many rows it wrote. */
export interface Repair {
  /** Rows of a table, by keys that `rows` folds. */
  rows(side: AuditSide, rows: ExpectedRows, keys: readonly string[]): Promise<number>;
  /** Facts, by the keys of their places. */
  facts(side: AuditSide, keys: readonly string[]): Promise<number>;
}

/** No step is taken while one of these is, so the checkpoint stands still, and the target refuses the write if it does not. */
export function repairing(takeStep: OperateStep): Repair {
  return {
    rows: (side, rows, keys) =>
      takeStep(async (tenure) => {
        const place = await settledCheckpoints(side);
        await rows.advanceTo(place);
        const partition = side.partitions[0] as string;
        const writes = keys.map((key): RowWrite => ({ key, row: rows.get(key) ?? null }));
        const revised = await withRevisions(side, partition, writes);
        return write(side, tenure, place, { partition, rows: revised, facts: [] });
      }),

    facts: (side, keys) =>
      takeStep(async (tenure) => {
        const place = await settledCheckpoints(side);
        let written = 0;
        for (const [partition, own] of Map.groupBy(keys, (key) => factPlace(key).partition)) {
          const facts = await factWrites(side, place, own);
          written += await write(side, tenure, place, { partition, rows: [], facts });
        }
        return written;
      }),
  };
}

/** Targets that hold rows to a revision keep with it what the row includes, which a repair must not lose. */
async function withRevisions(
  { target, model }: AuditSide,
  partition: string,
  writes: readonly RowWrite[],
): Promise<readonly RowWrite[]> {
  const loaded = await target.loadDocuments?.(
    model,
    partition,
    writes.map(({ key }) => key),
  );
  return writes.map((row) => {
    const revision = loaded?.get(row.key)?.revision;
    return revision === undefined ? row : { ...row, revision };
  });
}

/** Each place as the log has it by now: a step may have come to it since it was looked at. A position that is none cannot be written. */
async function factWrites(side: AuditSide, checkpoints: Place, keys: readonly string[]): Promise<FactWrite[]> {
  const writes: FactWrite[] = [];
  for (const key of keys) {
    const { partition, position, index } = factPlace(key);
    if (!Number.isSafeInteger(position)) continue;
    const until = Math.min(position, checkpoints.get(partition) ?? 0);
    let row: FactWrite["row"] = null;
    for await (const events of side.pages.walk(partition, position - 1, until))
      row = (await factsOf(side, partition, events)).find((fact) => fact.key === key)?.row ?? null;
    writes.push({ position, index, row });
  }
  return writes;
}

async function write(
  { target, model }: AuditSide,
  tenure: Tenure,
  place: Place,
  change: Pick<ReadModelWrite, "partition" | "rows" | "facts">,
): Promise<number> {
  const position = place.get(change.partition) ?? 0;
  const step = { epoch: tenure.epoch, ...change, expected: position, next: position };
  const result = await writeStep(tenure, target, model, step);
  if (result.ok) return change.rows.length + change.facts.length;
  if (result.reason === "lease-lost") throw new LeaseLostError(model.name);
  throw new StoreFailureError(
    `read model "${model.name}" was written by another worker while it was repaired (${result.reason}). Repair it again.`,
  );
}
