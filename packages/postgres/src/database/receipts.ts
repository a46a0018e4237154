import { quoted } from "./sql-name.ts";

/** Of receipts, wherever they are. */
export const receiptColumns = "stream, command_id, fingerprint, version, position";

/**
 * A query for receipts: those that events carry, and those apart. `condition` and what follows it name the columns of receipts, and are repeated for each
 * kind, so that each goes by its own index: one over both, such as a view, would be read as a whole by a join or for an order.
 */
export function receiptsWhere(schema: string, condition: string): string {
  const at = quoted(schema);
  return `(SELECT ${receiptColumns} FROM ${at}.foldstream_events WHERE fingerprint IS NOT NULL AND ${condition})
    UNION ALL (SELECT ${receiptColumns} FROM ${at}.foldstream_receipts WHERE ${condition})`;
}
