/**
 * One event of one command, which carries its receipt, appended while this process appends nothing else: a plain statement, whose plan is made once, in
 * place of a function call.
 *
 * It takes its turn if nobody has it, but sees what was committed before it asked: a position, a version or a command that was taken meanwhile
 * meets a unique index, except a receipt that no event carries, which is looked for once it has its turn. A version that it does see is there for good, since
 * nothing is ever deleted.
 */
import { appendLock } from "../database/append-functions.ts";
import type { Database } from "../database/database.ts";
import type { Parameter } from "../database/prepared-query.ts";
import { quoted } from "../database/sql-name.ts";
import { metadataRow } from "./event-row.ts";
import type { Append } from "./group-columns.ts";

/** After one that others came before, so many go by the functions, which wait for their turn and tell what is wrong. */
const rest = 16;

export class LoneAppend {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof statements>;
  #resting = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = statements(database.schema);
  }

  /** Resolves to its position, or to undefined where it is left to the functions: nothing is written then. */
  async write(group: readonly Append[]): Promise<number | undefined> {
    const [append] = group;
    const values = append && group.length === 1 && this.#database.keepsPrepared ? valuesOf(append) : undefined;
    if (!values) return undefined;
    if (this.#resting > 0) {
      this.#resting--;
      return undefined;
    }
    const { newStream, knownStream } = this.#statements;
    const [row] = await this.#database.rows<[number]>(append?.[0]?.expected === 0 ? newStream : knownStream, values);
    if (!row) this.#resting = rest;
    return row?.[0];
  }
}

function valuesOf(append: Append): readonly Parameter[] | undefined {
  const [write] = append;
  if (!write || append.length > 1 || write.events.length > 1 || write.receipts.length > 1) return undefined;
  const [event] = write.events;
  const [receipt] = write.receipts;
  if (!event || !receipt) return undefined;
  if (receipt.commandId !== event.metadata.commandId || receipt.version !== write.expected + 1) return undefined;
  return [
    write.stream,
    write.expected,
    event.type,
    event.schemaVersion,
    event.data,
    event.recordedAt,
    ...metadataRow(event.metadata),
    receipt.fingerprint,
  ];
}

/** One for each case, since what a statement might have to do takes time though it never comes to it. */
function statements(schema: string): { readonly newStream: string; readonly knownStream: string } {
  const at = quoted(schema);
  const appends = (condition: string) => `
    INSERT INTO ${at}.foldstream_events
    SELECT coalesce((SELECT e.position FROM ${at}.foldstream_events e ORDER BY e.position DESC LIMIT 1), 0) + 1,
      $1::text, $2::bigint + 1, $3::text, $4::integer, $5::text, $6::bigint, $7::text, $8::text, $9::text, $10::text, $11::text, $12::text
    WHERE ${condition}
    ON CONFLICT DO NOTHING
    RETURNING position`;
  const turn = `CASE
      WHEN current_setting('transaction_isolation') = 'read committed' AND pg_try_advisory_xact_lock(${appendLock(schema)})
      THEN NOT ${at}.receipt_apart($7, $1)
      ELSE false
    END`;
  const known = `EXISTS (SELECT FROM ${at}.foldstream_events e WHERE e.stream = $1 AND e.version = $2)`;
  return { newStream: appends(turn), knownStream: appends(`${known} AND ${turn}`) };
}
