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
      newest_stream bigint;
      -- By write: the number of its stream, then 0 where that is new, in the end -1 where the append is lost; its newest version from
      -- the expected one on, 0 for none. (Without that bound the index would be read from its end for a page of older versions.)
      ids bigint[];
      actual bigint[];
      lost integer[];
      -- By write: how many events before its own, and its own, are lost.
      skipped bigint[];
      written bigint := cardinality(event_write);
    BEGIN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Foldstream appends at the isolation level READ COMMITTED, not %', upper(current_setting('transaction_isolation'))
          USING ERRCODE = 'FS001';
      END IF;
      PERFORM pg_advisory_xact_lock(${appendLock(schema)});

      SELECT coalesce(max(e.position), 0) INTO before FROM ${at}.foldstream_events e;
      SELECT coalesce(max(s.id), 0) INTO newest_stream FROM ${at}.foldstream_streams s;

      SELECT array_agg(w.id ORDER BY w.n), array_agg(w.actual ORDER BY w.n),
        array_agg(w.append) FILTER (WHERE w.actual <> w.expected)
      INTO ids, actual, lost
      FROM (
        SELECT w.n, w.append, w.expected, coalesce(s.id, newest_stream + w.n) AS id, coalesce(newest.version, 0) AS actual
        FROM unnest(write_append, write_stream, write_expected) WITH ORDINALITY AS w (append, stream, expected, n)
        LEFT JOIN ${at}.foldstream_streams s ON s.name = w.stream COLLATE "C"
        LEFT JOIN LATERAL (
          SELECT e.version FROM ${at}.foldstream_events e WHERE e.stream_id = s.id AND e.version >= w.expected
          ORDER BY e.version DESC LIMIT 1
        ) newest ON true
      ) w;

      -- Nearly always all appends win.
      IF lost IS NULL THEN
        BEGIN
          INSERT INTO ${at}.foldstream_receipts
          SELECT r.command_id, ids[r.write], r.fingerprint, r.version, before + written
          FROM (
            SELECT unnest(receipt_write) AS write, unnest(receipt_command) AS command_id,
              unnest(receipt_fingerprint) AS fingerprint, unnest(receipt_version) AS version
          ) r;
        EXCEPTION WHEN unique_violation THEN
          lost := '{}';
        END;
      END IF;

      IF lost IS NOT NULL THEN
        RETURN QUERY
          SELECT NULL::bigint, w.n::integer,
            coalesce((SELECT max(e.version) FROM ${at}.foldstream_events e WHERE e.stream_id = ids[w.n]), 0), NULL::text, NULL::text
          FROM unnest(write_expected) WITH ORDINALITY AS w (expected, n) WHERE actual[w.n] <> w.expected;
        RETURN QUERY
          SELECT known.position, r.write, known.version, known.command_id, known.fingerprint
          FROM unnest(receipt_write, receipt_command) AS r (write, command_id)
          JOIN ${at}.foldstream_receipts known ON known.command_id = r.command_id COLLATE "C" AND known.stream_id = ids[r.write];

        SELECT lost || coalesce(array_agg(write_append[r.write]), '{}') INTO lost
        FROM unnest(receipt_write, receipt_command) AS r (write, command_id)
        JOIN ${at}.foldstream_receipts known ON known.command_id = r.command_id COLLATE "C" AND known.stream_id = ids[r.write];
        SELECT array_agg(CASE WHEN w.append = ANY (lost) THEN -1 ELSE w.id END ORDER BY w.n) INTO ids
        FROM unnest(write_append, ids) WITH ORDINALITY AS w (append, id, n);
        SELECT array_agg(w.skipped ORDER BY w.n), coalesce(max(w.kept), 0) INTO skipped, written
        FROM (
          SELECT w.n, sum(CASE WHEN ids[w.n] < 0 THEN e.count ELSE 0 END) OVER (ORDER BY w.n) AS skipped,
            sum(CASE WHEN ids[w.n] < 0 THEN 0 ELSE e.count END) OVER (ORDER BY w.n) AS kept
          FROM generate_subscripts(ids, 1) AS w (n),
            LATERAL (SELECT count(*) FROM unnest(event_write) AS e (write) WHERE e.write = w.n) e
        ) w;

        INSERT INTO ${at}.foldstream_receipts
        SELECT r.command_id, ids[r.write], r.fingerprint, r.version, before + written
        FROM unnest(receipt_write, receipt_command, receipt_fingerprint, receipt_version)
          AS r (write, command_id, fingerprint, version)
        WHERE ids[r.write] > 0;
      END IF;

      IF newest_stream < ANY (ids) THEN
        INSERT INTO ${at}.foldstream_streams (id, name)
        SELECT w.id, w.stream FROM unnest(ids, write_stream) AS w (id, stream) WHERE w.id > newest_stream;
      END IF;

      INSERT INTO ${at}.foldstream_events
      SELECT before + e.n - coalesce(skipped[e.write], 0), ids[e.write], e.version, e.type, e.schema_version, e.data, e.recorded_at,
        e.command_id, e.causation_id, e.correlation_id, e.principal, e.traceparent
      FROM (
        SELECT generate_subscripts(event_write, 1) AS n, unnest(event_write) AS write, unnest(event_version) AS version,
          unnest(event_type) AS type, unnest(event_schema) AS schema_version, unnest(event_data) AS data,
          unnest(event_time) AS recorded_at, unnest(event_command) AS command_id, unnest(event_cause) AS causation_id,
          unnest(event_correlation) AS correlation_id, unnest(event_principal) AS principal, unnest(event_trace) AS traceparent
      ) e
      WHERE ids[e.write] > 0;

      RETURN QUERY SELECT before + written, NULL::integer, NULL::bigint, NULL::text, NULL::text;
    END $$;`;
}
