/**
 * The tables of the log, of checkpoints, leases, builds and what is parked. Read models make their own tables. Numbered, forward only; never edit one that was
 * released. Names are quoted and carry the schema, since nothing may depend on the session's search_path.
 */
import { appendFunctions } from "./append-functions.ts";
import { quoted } from "./sql-name.ts";

/** The tables of the newest version. */
export const tables = [
  "foldstream_migrations",
  "foldstream_events",
  "foldstream_receipts",
  "foldstream_snapshots",
  "foldstream_checkpoints",
  "foldstream_leases",
  "foldstream_builds",
  "foldstream_parked",
] as const;

/**
 * For a log of a few pages the planner prefers to read all of it, and a session keeps that plan while the log grows, until statistics are taken anew, up to a
 * minute later: at 30,000 events an append takes eight times as long. Of a table that was neither analyzed nor vacuumed it assumes ten pages, and takes the indexes
 * (https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/access/table/tableam.c, `table_block_relation_estimate_size`).
 */
const statisticsWhenLarge = "WITH (autovacuum_analyze_threshold = 1000, autovacuum_vacuum_threshold = 1000)";

/** Migration `n` leads from schema version `n` to `n + 1`. */
export function migrations(schema: string): readonly string[] {
  const at = quoted(schema);
  return [
    `
    -- causation_id and correlation_id are NULL where they equal command_id. fingerprint is NULL unless the event carries the receipt of its command.
    CREATE TABLE ${at}.foldstream_events (
      position bigint PRIMARY KEY,
      stream text COLLATE "C" NOT NULL,
      version bigint NOT NULL,
      type text COLLATE "C" NOT NULL,
      schema_version integer NOT NULL,
      data text COLLATE "C" NOT NULL,
      recorded_at bigint NOT NULL,
      command_id text COLLATE "C" NOT NULL,
      causation_id text COLLATE "C",
      correlation_id text COLLATE "C",
      principal text COLLATE "C",
      traceparent text COLLATE "C",
      fingerprint text COLLATE "C",
      UNIQUE (stream, version)
    ) ${statisticsWhenLarge};

    CREATE UNIQUE INDEX foldstream_events_receipts ON ${at}.foldstream_events (command_id, stream) WHERE fingerprint IS NOT NULL;

    -- Those that no event carries.
    CREATE TABLE ${at}.foldstream_receipts (
      command_id text COLLATE "C" NOT NULL,
      stream text COLLATE "C" NOT NULL,
      fingerprint text COLLATE "C" NOT NULL,
      version bigint NOT NULL,
      position bigint NOT NULL,
      PRIMARY KEY (command_id, stream)
    ) ${statisticsWhenLarge};

    CREATE TABLE ${at}.foldstream_snapshots (
      stream text COLLATE "C" PRIMARY KEY,
      version bigint NOT NULL,
      schema_version integer NOT NULL,
      state text COLLATE "C" NOT NULL
    );

    CREATE TABLE ${at}.foldstream_checkpoints (
      projection text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      build integer NOT NULL,
      partition text COLLATE "C" NOT NULL,
      position bigint NOT NULL,
      PRIMARY KEY (projection, version, build, partition)
    );

    CREATE TABLE ${at}.foldstream_leases (
      projection text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      build integer NOT NULL,
      epoch bigint NOT NULL,
      holder text COLLATE "C",
      beat bigint NOT NULL,
      PRIMARY KEY (projection, version, build)
    );

    -- Builds of read models: what each was declared as, as JSON, and whether it is new, live or previous.
    CREATE TABLE ${at}.foldstream_builds (
      projection text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      build integer NOT NULL,
      state text COLLATE "C" NOT NULL,
      declaration text COLLATE "C" NOT NULL,
      PRIMARY KEY (projection, version, build)
    );

    CREATE UNIQUE INDEX foldstream_builds_live ON ${at}.foldstream_builds (projection) WHERE state = 'live';

    ${appendFunctions(schema)}
    `,
    `
    -- entry is JSON.
    CREATE TABLE ${at}.foldstream_parked (
      projection text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      build integer NOT NULL,
      stream text COLLATE "C" NOT NULL,
      partition text COLLATE "C" NOT NULL,
      entry text COLLATE "C" NOT NULL,
      PRIMARY KEY (projection, version, build, stream)
    );
    `,
    `ALTER TABLE ${at}.foldstream_leases ADD COLUMN note text COLLATE "C"`,
  ];
}
