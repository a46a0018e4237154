/** Reads a query that pages, to its end. */
import type { QueryOutcome } from "foldstream";
import type { Row } from "./compare.ts";

const pageSize = 1_000;

/** @throws Error when the query does not answer. */
export async function everyPage<R extends Row>(
  ask: (page: { readonly limit: number; readonly offset: number }) => Promise<QueryOutcome<readonly R[]>>,
): Promise<readonly R[]> {
  const rows: R[] = [];
  for (;;) {
    const page = await ask({ limit: pageSize, offset: rows.length });
    if (!page.ok) throw new Error(`The check could not read a read model: ${JSON.stringify(page)}`);
    rows.push(...page.value);
    if (page.value.length < pageSize) return rows;
  }
}
