/** Every row of a read model, in pages, at the pace of the audit or comparison. */
import type { ScannedRow } from "../../port/read-model-store.ts";
import type { AuditSide } from "./audit-side.ts";

const rowsPerPage = 1_000;

export async function* scanAll({
  target,
  model,
  throttle,
}: Pick<AuditSide, "target" | "model" | "throttle">): AsyncGenerator<readonly ScannedRow[]> {
  let after: string | undefined;
  do {
    const page = await target.scan(model, { limit: rowsPerPage, ...(after !== undefined && { after }) });
    yield page.rows;
    await throttle.spend({ rows: page.rows.length });
    after = page.next;
  } while (after !== undefined);
}
