/** Tables of the log, of checkpoints, leases, builds and what is parked. Read models make their own tables. Numbered, forward only; never edit one that was released. */

/** "FLDS", so that no other program's file is taken for ours. */
export const applicationId = 0x464c4453;

/** Migration `n` leads from schema version `n` to `n + 1`. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE foldstream_streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  -- causation_id and correlation_id are NULL where they equal command_id.
  CREATE TABLE foldstream_events (
    position INTEGER PRIMARY KEY,
    stream_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    data TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    command_id TEXT NOT NULL,
    causation_id TEXT,
    correlation_id TEXT,
    principal TEXT,
    traceparent TEXT,
    UNIQUE (stream_id, version)
  ) STRICT;

  -- Keyed by command first: ids that sort by time then fill one page of the index instead of touching one per stream.
  CREATE TABLE foldstream_receipts (
    command_id TEXT NOT NULL,
    stream_id INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (command_id, stream_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE foldstream_snapshots (
    stream_id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    schema_version INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT;

  CREATE TABLE foldstream_checkpoints (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    partition TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (projection, version, partition)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE foldstream_leases (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    holder TEXT,
    beat INTEGER NOT NULL,
    PRIMARY KEY (projection, version)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Builds of read models: what each was declared as, as JSON, and whether it is new, live, previous or dropped.
  CREATE TABLE foldstream_builds (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    build INTEGER NOT NULL,
    state TEXT NOT NULL,
    declaration TEXT NOT NULL,
    PRIMARY KEY (projection, version, build)
  ) STRICT, WITHOUT ROWID;

  CREATE UNIQUE INDEX foldstream_builds_live ON foldstream_builds (projection) WHERE state = 'live';

  ALTER TABLE foldstream_checkpoints RENAME TO foldstream_checkpoints_before;
  CREATE TABLE foldstream_checkpoints (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    build INTEGER NOT NULL,
    partition TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (projection, version, build, partition)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO foldstream_checkpoints SELECT projection, version, 0, partition, position FROM foldstream_checkpoints_before;
  DROP TABLE foldstream_checkpoints_before;

  ALTER TABLE foldstream_leases RENAME TO foldstream_leases_before;
  CREATE TABLE foldstream_leases (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    build INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    holder TEXT,
    beat INTEGER NOT NULL,
    PRIMARY KEY (projection, version, build)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO foldstream_leases SELECT projection, version, 0, epoch, holder, beat FROM foldstream_leases_before;
  DROP TABLE foldstream_leases_before;
  `,
  `
  -- entry is JSON.
  CREATE TABLE foldstream_parked (
    projection TEXT NOT NULL,
    version INTEGER NOT NULL,
    build INTEGER NOT NULL,
    stream TEXT NOT NULL,
    partition TEXT NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (projection, version, build, stream)
  ) STRICT, WITHOUT ROWID;
  `,
  "ALTER TABLE foldstream_leases ADD COLUMN note TEXT",
];
