/**
 * The append, where the data is: a group of appends in one round trip, each with an outcome of its own. Part of the first migration:
 * never edit it once that is released.
 */
import { literal, quoted } from "./sql-name.ts";

/** The key of the lock that whoever appends to this log holds until the commit. */
export function appendLock(schema: string): string {
  return `hashtextextended(${literal(`foldstream append to ${schema}`)}, 0)`;
}

/** What an append that waits for longer is told: `55P03` (lock_not_available). */
const patience = "5s";

/**
 * Positions are taken while the lock is held, and it is let go after the commit: so they are gapless and in the order of commits. The
 * statement that takes the lock must not be the one that reads what is there, since it sees what was committed before it began.
 *
 * Writes, events and receipts come as columns; a write says to which append (from 1) it belongs, an event and a receipt to which
 * write (from 1). No stream is written to twice. The first row has the position after the group. The others explain lost appends:
 * a write with the actual version of its stream, or with a receipt that exists already.
 */
export function appendFunction(schema: string): string {
  const at = quoted(schema);
  return `
    CREATE FUNCTION ${at}.append(
      write_append integer[], write_stream text[], write_expected bigint[],
      event_write integer[], event_version bigint[], event_type text[], event_schema integer[], event_data text[],
      event_time bigint[], event_command text[], event_cause text[], event_correlation text[], event_principal text[],
      event_trace text[],
      receipt_write integer[], receipt_command text[], receipt_fingerprint text[], receipt_version bigint[]
    ) RETURNS TABLE ("position" bigint, write integer, version bigint, command_id text, fingerprint text)
    LANGUAGE plpgsql
    SET lock_timeout = '${patience}'
    -- The same plan however empty the tables were when it was made.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
    AS $$
    #variable_conflict use_column
    DECLARE
      before bigint;
      written bigint;
      -- By write: the number of its stream, 0 where that is new, -1 where the append is lost; the version it has.
      ids bigint[];
      actual bigint[];
      lost integer[];
    BEGIN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Foldstream appends at the isolation level READ COMMITTED, not %', upper(current_setting('transaction_isolation'))
          USING ERRCODE = 'FS001';
      END IF;
      PERFORM pg_advisory_xact_lock(${appendLock(schema)});

      SELECT coalesce(max(e.position), 0) INTO before FROM ${at}.events e;

      SELECT array_agg(w.id ORDER BY w.n), array_agg(w.actual ORDER BY w.n),
        coalesce(array_agg(w.append) FILTER (WHERE w.actual <> w.expected), '{}')
      INTO ids, actual, lost
      FROM (
        SELECT w.n, w.append, w.expected, coalesce(s.id, 0) AS id,
          coalesce((SELECT max(e.version) FROM ${at}.events e WHERE e.stream_id = s.id), 0) AS actual
        FROM unnest(write_append, write_stream, write_expected) WITH ORDINALITY AS w (append, stream, expected, n)
        LEFT JOIN ${at}.streams s ON s.name = w.stream COLLATE "C"
      ) w;

      SELECT lost || coalesce(array_agg(write_append[r.write]), '{}') INTO lost
      FROM unnest(receipt_write, receipt_command) AS r (write, command)
      WHERE EXISTS (
        SELECT FROM ${at}.receipts known
        WHERE known.command_id = r.command COLLATE "C" AND known.stream_id = ids[r.write]
      );

      IF cardinality(lost) > 0 THEN
        RETURN QUERY
          SELECT NULL::bigint, w.n::integer, actual[w.n], NULL::text, NULL::text
          FROM unnest(write_append, write_expected) WITH ORDINALITY AS w (append, expected, n)
          WHERE actual[w.n] <> w.expected;
        RETURN QUERY
          SELECT known.position, r.write, known.version, known.command_id, known.fingerprint
          FROM unnest(receipt_write, receipt_command) AS r (write, command)
          JOIN ${at}.receipts known ON known.command_id = r.command COLLATE "C" AND known.stream_id = ids[r.write];
        SELECT array_agg(CASE WHEN w.append = ANY (lost) THEN -1 ELSE w.id END ORDER BY w.n) INTO ids
        FROM unnest(write_append, ids) WITH ORDINALITY AS w (append, id, n);
      END IF;

      IF 0 = ANY (ids) THEN
        SELECT array_agg(CASE WHEN w.id = 0 THEN newest.id + w.new ELSE w.id END ORDER BY w.n) INTO ids
        FROM (SELECT coalesce(max(s.id), 0) AS id FROM ${at}.streams s) newest, (
          SELECT w.id, w.n, row_number() OVER (PARTITION BY w.id ORDER BY w.n) AS new
          FROM unnest(ids) WITH ORDINALITY AS w (id, n)
        ) w;
        INSERT INTO ${at}.streams (id, name)
        SELECT w.id, w.stream FROM unnest(ids, write_stream) AS w (id, stream)
        WHERE w.id > (SELECT coalesce(max(s.id), 0) FROM ${at}.streams s);
      END IF;

      INSERT INTO ${at}.events
      SELECT before + row_number() OVER (ORDER BY e.n), ids[e.write], e.version, e.type, e.schema_version, e.data, e.recorded_at,
        e.command_id, e.causation_id, e.correlation_id, e.principal, e.traceparent
      FROM unnest(event_write, event_version, event_type, event_schema, event_data, event_time, event_command, event_cause,
        event_correlation, event_principal, event_trace) WITH ORDINALITY
        AS e (write, version, type, schema_version, data, recorded_at, command_id, causation_id, correlation_id, principal,
          traceparent, n)
      WHERE ids[e.write] > 0;
      GET DIAGNOSTICS written = ROW_COUNT;

      INSERT INTO ${at}.receipts
      SELECT r.command_id, ids[r.write], r.fingerprint, r.version, before + written
      FROM unnest(receipt_write, receipt_command, receipt_fingerprint, receipt_version)
        AS r (write, command_id, fingerprint, version)
      WHERE ids[r.write] > 0;

      RETURN QUERY SELECT before + written, NULL::integer, NULL::bigint, NULL::text, NULL::text;
    END $$;`;
}
