/**
 * The append, where the data is: a group of appends in one round trip. `append_all` writes all of them or none, and nearly always that is
 * enough. Where one is lost, `append_each` finds out which, and writes the others. Part of the first migration: never edit it once that is released.
 */
import { receiptsWhere } from "./receipts.ts";
import { literal, quoted } from "./sql-name.ts";

/** The key of the lock that whoever appends to this log holds until the commit. */
export function appendLock(schema: string): string {
  return `hashtextextended(${literal(`foldstream append to ${schema}`)}, 0)`;
}

/** What an append that waits for longer is told: `55P03` (lock_not_available). */
const patience = "5s";

/** The same plan however empty the tables were when it was made. */
const settings = `SET lock_timeout = '${patience}'
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off`;

/** Of a group's events, in their order. */
const eventArrays = `event_stream text[], event_version bigint[], event_type text[], event_schema bigint[], event_data text[],
      event_time bigint[], event_command text[], event_cause text[], event_correlation text[], event_principal text[], event_trace text[]`;

/** Of a group's receipts that its events do not carry, each with how many of the group's events come before the end of its append. */
const receiptArrays =
  "receipt_stream text[], receipt_command text[], receipt_fingerprint text[], receipt_version bigint[], receipt_events integer[]";

/**
 * Positions are taken while the lock is held, and it is let go after the commit: so they are gapless and in the order of commits. The
 * statement that takes the lock must not be the one that reads what is there, since it sees what was committed before it began.
 */
function takeTurn(schema: string): string {
  return `
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'Foldstream appends at the isolation level READ COMMITTED, not %', upper(current_setting('transaction_isolation'))
          USING ERRCODE = 'FS001';
      END IF;
      PERFORM pg_advisory_xact_lock(${appendLock(schema)});
      SELECT coalesce(max(e.position), 0) INTO before FROM ${quoted(schema)}.foldstream_events e;`;
}

export function appendFunctions(schema: string): string {
  return receiptApart(schema) + appendAll(schema) + appendEach(schema);
}

/**
 * Whether there is such a receipt that no event carries. For a statement that has taken the lock: what it reads by itself is what was committed before it
 * began; a function that is VOLATILE also sees what came between. In plain SQL, whose plans PostgreSQL keeps from version 18 on.
 */
function receiptApart(schema: string): string {
  return `
    CREATE FUNCTION ${quoted(schema)}.receipt_apart(receipt_command text, receipt_stream text) RETURNS boolean
    LANGUAGE sql VOLATILE
    AS $$
      SELECT EXISTS (
        SELECT FROM ${quoted(schema)}.foldstream_receipts r WHERE r.command_id = receipt_command AND r.stream = receipt_stream
      );
    $$;
`;
}

/**
 * Returns the position after the group, or NULL where one of it is lost: nothing is written then. There must be the witness, if one is named, and each
 * known version, and none of the next ones; a stream that has moved on otherwise meets a unique index, as does a command that was executed before. An event with
 * a fingerprint carries the receipt of its command; the index of such events and that of other receipts do not know of each other.
 */
function appendAll(schema: string): string {
  const at = quoted(schema);
  return `
    CREATE FUNCTION ${at}.append_all(
      witness_position bigint, witness_command text, witness_time bigint,
      known_stream text[], known_version bigint[], next_stream text[], next_version bigint[],
      ${eventArrays}, event_fingerprint text[],
      ${receiptArrays}
    ) RETURNS bigint
    LANGUAGE plpgsql
    ${settings}
    AS $$
    DECLARE
      before bigint;
      after bigint;
    BEGIN${takeTurn(schema)}
      IF witness_position IS NOT NULL AND NOT EXISTS (
        SELECT FROM ${at}.foldstream_events e
        WHERE e.position = witness_position AND e.command_id = witness_command AND e.recorded_at = witness_time
      ) OR cardinality(known_stream) > 0 AND EXISTS (
        SELECT FROM (SELECT unnest(known_stream) AS stream, unnest(known_version) AS version) k
        LEFT JOIN ${at}.foldstream_events e ON e.stream = k.stream AND e.version = k.version
        WHERE e.version IS NULL
      ) OR cardinality(next_stream) > 0 AND EXISTS (
        SELECT FROM (SELECT unnest(next_stream) AS stream, unnest(next_version) AS version) n
        JOIN ${at}.foldstream_events e ON e.stream = n.stream AND e.version = n.version
      ) OR cardinality(receipt_command) > 0 AND EXISTS (
        SELECT FROM (SELECT unnest(receipt_command) AS command_id, unnest(receipt_stream) AS stream) r
        JOIN ${at}.foldstream_events e ON e.command_id = r.command_id AND e.stream = r.stream AND e.fingerprint IS NOT NULL
      ) OR EXISTS (SELECT FROM ${at}.foldstream_receipts) AND EXISTS (
        SELECT FROM (
          SELECT unnest(event_command) AS command_id, unnest(event_stream) AS stream, unnest(event_fingerprint) AS fingerprint
        ) e
        JOIN ${at}.foldstream_receipts r ON r.command_id = e.command_id AND r.stream = e.stream
        WHERE e.fingerprint IS NOT NULL
      ) THEN
        RETURN NULL;
      END IF;

      after := before + cardinality(event_stream);
      INSERT INTO ${at}.foldstream_events
      SELECT generate_series(before + 1, after), unnest(event_stream), unnest(event_version), unnest(event_type),
        unnest(event_schema), unnest(event_data), unnest(event_time), unnest(event_command), unnest(event_cause),
        unnest(event_correlation), unnest(event_principal), unnest(event_trace), unnest(event_fingerprint);
      IF cardinality(receipt_command) > 0 THEN
        INSERT INTO ${at}.foldstream_receipts
        SELECT unnest(receipt_command), unnest(receipt_stream), unnest(receipt_fingerprint), unnest(receipt_version),
          before + unnest(receipt_events);
      END IF;
      RETURN after;
    EXCEPTION WHEN unique_violation THEN
      RETURN NULL;
    END $$;
`;
}

/**
 * Writes, events and receipts come with the number of their append (from 1), in its order. No stream is written to twice. The row
 * without an append has the position after the group. The others explain lost appends: with the actual version of a stream, or with a receipt
 * that exists already. No event carries a receipt here: all are written apart.
 */
function appendEach(schema: string): string {
  const at = quoted(schema);
  const known = receiptsWhere(schema, `command_id = r.command_id COLLATE "C" AND stream = r.stream COLLATE "C"`);
  return `
    CREATE FUNCTION ${at}.append_each(
      write_append integer[], write_stream text[], write_expected bigint[],
      event_append integer[], ${eventArrays},
      receipt_append integer[], ${receiptArrays}
    ) RETURNS TABLE ("position" bigint, append integer, stream text, version bigint, command_id text, fingerprint text)
    LANGUAGE plpgsql
    ${settings}
    AS $$
    #variable_conflict use_column
    DECLARE
      before bigint;
      -- The appends whose streams have moved, then those that were executed before too.
      lost integer[];
      -- By event: its position, NULL where its append is lost.
      positions bigint[];
      -- By event: the position of the last one up to it that is not lost.
      reached bigint[];
      written bigint;
    BEGIN${takeTurn(schema)}

      -- Only versions from the expected one on are looked for: else the index would be read from its end for a page of older ones.
      SELECT coalesce(array_agg(w.append), '{}') INTO lost
      FROM unnest(write_append, write_stream, write_expected) AS w (append, stream, expected)
      LEFT JOIN LATERAL (
        SELECT e.version FROM ${at}.foldstream_events e WHERE e.stream = w.stream COLLATE "C" AND e.version >= w.expected
        ORDER BY e.version DESC LIMIT 1
      ) newest ON true
      WHERE coalesce(newest.version, 0) <> w.expected;

      RETURN QUERY
        SELECT NULL::bigint, w.append, w.stream, newest.version, NULL::text, NULL::text
        FROM unnest(write_append, write_stream, write_expected) AS w (append, stream, expected), LATERAL (
          SELECT coalesce(max(e.version), 0) AS version FROM ${at}.foldstream_events e WHERE e.stream = w.stream COLLATE "C"
        ) newest
        WHERE w.append = ANY (lost) AND newest.version <> w.expected;
      RETURN QUERY
        SELECT known.position, r.append, r.stream, known.version, r.command_id, known.fingerprint
        FROM unnest(receipt_append, receipt_stream, receipt_command) AS r (append, stream, command_id)
        CROSS JOIN LATERAL (${known}) known;

      SELECT lost || coalesce(array_agg(r.append), '{}') INTO lost
      FROM unnest(receipt_append, receipt_stream, receipt_command) AS r (append, stream, command_id)
      CROSS JOIN LATERAL (${known}) known;
      SELECT array_agg(CASE WHEN e.won THEN before + e.nth END ORDER BY e.n), array_agg(before + e.nth ORDER BY e.n),
        count(*) FILTER (WHERE e.won)
      INTO positions, reached, written
      FROM (
        SELECT e.n, e.append <> ALL (lost) AS won, count(*) FILTER (WHERE e.append <> ALL (lost)) OVER (ORDER BY e.n) AS nth
        FROM unnest(event_append) WITH ORDINALITY AS e (append, n)
      ) e;

      INSERT INTO ${at}.foldstream_receipts
      SELECT r.command_id, r.stream, r.fingerprint, r.version, coalesce(reached[r.events], before)
      FROM unnest(receipt_append, receipt_stream, receipt_command, receipt_fingerprint, receipt_version, receipt_events)
        AS r (append, stream, command_id, fingerprint, version, events)
      WHERE r.append <> ALL (lost);

      INSERT INTO ${at}.foldstream_events
      SELECT e.* FROM (
        SELECT unnest(positions) AS position, unnest(event_stream) AS stream, unnest(event_version) AS version,
          unnest(event_type) AS type, unnest(event_schema) AS schema_version, unnest(event_data) AS data,
          unnest(event_time) AS recorded_at, unnest(event_command) AS command_id, unnest(event_cause) AS causation_id,
          unnest(event_correlation) AS correlation_id, unnest(event_principal) AS principal, unnest(event_trace) AS traceparent
      ) e
      WHERE e.position IS NOT NULL;

      RETURN QUERY SELECT before + written, NULL::integer, NULL::text, NULL::bigint, NULL::text, NULL::text;
    END $$;`;
}
