/** Every library that is compared: where it runs, under which licence, and how it is set up. */
import { readFileSync } from "node:fs";
import type { LibraryModule } from "./library.ts";
import type { PeerEngine } from "./places/place.ts";

export interface Library {
  readonly name: string;
  /** Of the file that knows how to use it. */
  readonly file: string;
  /** The first one is the library; the others are what it needs. Empty for this project itself. */
  readonly packages: readonly string[];
  readonly licence: string;
  /** How it is set up where it runs. */
  readonly settings: Readonly<Partial<Record<PeerEngine, string>>>;
  /** What its users import where it runs, drivers included, a schema library only if it cannot do without. */
  readonly imports: Readonly<Partial<Record<PeerEngine, readonly string[]>>>;
  /** Questions that it cannot answer, and why. */
  readonly cannot: Readonly<Record<string, string>>;
}

const noProjections = "it has no projections";

export const foldstream: Library = {
  name: "Foldstream",
  file: "./libraries/foldstream.ts",
  packages: [],
  licence: "Apache-2.0",
  settings: {
    sqlite: "sqliteEngine({ path }), all defaults",
    postgres: "postgresEngine({ connection }), all defaults (10 connections)",
    dynamodb: "dynamoDbEngine({ recorder: elsewhere }), tables created by it",
  },
  imports: {
    sqlite: ["foldstream", "@foldstream/node", "@foldstream/sqlite"],
    postgres: ["foldstream", "@foldstream/node", "@foldstream/postgres"],
    dynamodb: ["foldstream", "@foldstream/node", "@foldstream/dynamodb"],
  },
  cannot: {},
};

export const libraries: readonly Library[] = [
  foldstream,
  {
    name: "evtstore",
    file: "./installed/evtstore.ts",
    packages: ["evtstore", "knex", "better-sqlite3", "pg"],
    licence: "MIT",
    settings: {
      sqlite: "knex on better-sqlite3, synchronous=FULL, limit 1000, useCache; conflicts retried at once, without end",
      postgres: "pg.Pool (10 connections), limit 1000, useCache; conflicts retried at once, without end",
    },
    imports: {
      sqlite: ["evtstore", "evtstore/provider/knex.js", "knex", "better-sqlite3"],
      postgres: ["evtstore", "evtstore/provider/pg.js", "pg"],
    },
    cannot: {},
  },
  {
    name: "Act",
    file: "./installed/act.ts",
    packages: ["@rotorsoft/act", "@rotorsoft/act-sqlite", "@libsql/client"],
    licence: "MIT",
    settings: {
      sqlite:
        "SqliteStore on libSQL, its defaults (WAL, synchronous=FULL), snapshots every 100 events, a batched projection into a file of its own, eventLimit 1000; calls to the store queued, since two that meet fail (SQLITE_BUSY); conflicts retried at once, without end",
    },
    imports: { sqlite: ["@rotorsoft/act", "@rotorsoft/act-sqlite"] },
    cannot: {},
  },
  {
    name: "Castore",
    file: "./installed/castore.ts",
    packages: [
      "@castore/core",
      "@castore/event-storage-adapter-postgres",
      "@castore/event-storage-adapter-dynamodb",
      "postgres",
    ],
    licence: "MIT",
    settings: {
      postgres:
        "PostgresEventStorageAdapter on postgres.js, its defaults; Command with eventAlreadyExistsRetries 10000 instead of 2",
      dynamodb:
        "DynamoDBSingleTableEventStorageAdapter, its defaults; Command with eventAlreadyExistsRetries 10000 instead of 2",
    },
    imports: {
      postgres: ["@castore/core", "@castore/event-storage-adapter-postgres"],
      dynamodb: ["@castore/core", "@castore/event-storage-adapter-dynamodb", "@aws-sdk/client-dynamodb"],
    },
    cannot: { "catch-up": noProjections, visible: noProjections },
  },
  {
    name: "equinox-js",
    file: "./installed/equinox.ts",
    packages: ["@equinox-js/core", "@equinox-js/dynamo-store"],
    licence: "Apache-2.0",
    settings: {
      dynamodb: "MemoryCache, AccessStrategy.Snapshot, compressing codec, AnyCachedValue; 10000 attempts instead of 3",
    },
    imports: { dynamodb: ["@equinox-js/core", "@equinox-js/dynamo-store", "@aws-sdk/client-dynamodb"] },
    cannot: {},
  },
];

/** Loads the file that knows how to use it. */
export async function load({ file }: Library): Promise<LibraryModule> {
  return import(new URL(file, import.meta.url).href);
}

/** Of the library and of what it needs; of this project, the version of its core. */
export function versionOf({ packages }: Library): string {
  const of = (name: string) =>
    installedVersion(new URL(`installed/node_modules/${name}/package.json`, import.meta.url));
  if (packages.length === 0) return installedVersion(new URL("../../packages/core/package.json", import.meta.url));
  const [library = "", ...others] = packages;
  return [of(library), ...others.map((name) => `${name} ${of(name)}`)].join(", ");
}

function installedVersion(manifest: URL): string {
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}
