/** Whether every read model is what its projection makes of the log, each event once (G3, G4), and parked streams wait in order (G5). */
import type { App } from "../../definition/app.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import type { Ledger } from "./ledger.ts";
import { Reference } from "./reference.ts";
import { Refold, type RowTexts, rowText } from "./refold.ts";
import type { Violation } from "./violation.ts";

export interface ReadModelTruth {
  readonly app: App;
  readonly log: MemoryLog;
  readonly ledger: Ledger;
  readonly target: ReadModelStore;
}

export async function checkReadModels({ app, log, ledger, target }: ReadModelTruth): Promise<Violation[]> {
  const reference = new Reference(app, log);
  const violations: Violation[] = [];
  for (const projection of app.projections) {
    for (const history of ledger.histories.filter(({ model }) => model.name === projection.name)) {
      const refold = new Refold(projection, log, reference);
      violations.push(...history.happened.flatMap((happened) => refold.take(happened)));
      violations.push(...differences(history.model.name, refold.rows, await rowsOf(target, history.model)));
    }
  }
  return violations;
}

const pageSize = 1_000;

/** As they are in the target. */
async function rowsOf(target: ReadModelStore, model: ReadModel): Promise<RowTexts> {
  const rows = new Map<string, string>();
  for (let after: string | undefined; ; ) {
    const page = await target.scan(model, { limit: pageSize, ...(after !== undefined && { after }) });
    for (const found of page.rows) rows.set(found.key, "row" in found ? rowText(model, found.row) : found.problem);
    if (page.next === undefined) return rows;
    after = page.next;
  }
}

function differences(model: string, expected: RowTexts, found: RowTexts): Violation[] {
  const missing = [...expected].filter(([key, text]) => found.get(key) !== text).map(([, text]) => text);
  const extra = [...found].filter(([key, text]) => expected.get(key) !== text).map(([, text]) => text);
  if (missing.length === 0 && extra.length === 0) return [];
  const message = `${model} should hold ${missing.join(", ") || "nothing else"}, but holds ${extra.join(", ") || "nothing instead"}`;
  return [{ guarantee: "G4", message }];
}
