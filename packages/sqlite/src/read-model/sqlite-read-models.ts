/** Read models as SQL tables, each with its checkpoint in the same file and so in the same transaction. */
import type { ReadModel, ReadModelReader, ReadModelStore, WriteResult } from "foldstream/port";
import type { Database } from "../database/database.ts";
import type { Written } from "../database/group-commit.ts";
import { ModelStatements } from "./model-statements.ts";
import { prepareTables } from "./prepare-tables.ts";
import { identity, tableName } from "./sql-name.ts";
import { sqliteSelect } from "./sql-select.ts";
import { sqliteBuilds } from "./sqlite-builds.ts";
import { sqliteIndexes } from "./sqlite-indexes.ts";
import { sqliteLeases } from "./sqlite-leases.ts";
import { sqliteParking } from "./sqlite-parking.ts";
import { sqliteReader } from "./sqlite-reader.ts";
import { tableScan } from "./table-scan.ts";

/** About what a row takes. */
const rowBytes = 300;

export function sqliteReadModels(database: Database): ReadModelStore {
  const { add, ...builds } = sqliteBuilds(database);
  const checkpoints = new Checkpoints(database);
  const leases = sqliteLeases(database);
  const parking = sqliteParking(database, checkpoints);
  const statements = perModel((model) => new ModelStatements(database, model));
  const scans = perModel((model) => tableScan(database, model));
  const readers = perModel((model): ReadModelReader => sqliteReader(database, model));
  return {
    prepare: (models) =>
      database.group.write(() => {
        for (const model of models) {
          prepareTables(database.connection, model);
          add(model);
        }
        return { value: undefined, undo: false };
      }),

    checkpoint: (model, partition) => database.read(() => checkpoints.read(model, partition)),

    load: (model, keys) => database.read(() => statements(model).load(keys)),

    async write(model, step) {
      const apply = await database.read(() => statements(model).writing(step));
      const bytes = rowBytes * (step.rows.length + step.facts.length);
      return database.group.write((): Written<WriteResult> => {
        if (step.epoch !== undefined && step.epoch !== leases.epoch(model))
          return { value: { ok: false, reason: "lease-lost" }, undo: false };
        if (!checkpoints.move(model, step.partition, step.expected, step.next)) {
          const actual = checkpoints.read(model, step.partition);
          return { value: { ok: false, reason: "checkpoint-moved", actual }, undo: false };
        }
        apply();
        parking.apply(model, step.parked ?? []);
        return { value: { ok: true }, undo: false };
      }, bytes);
    },

    scan: (model, options) => database.read(() => scans(model)(options)),

    indexes: sqliteIndexes(database),

    reader: readers,

    builds,

    sql: sqliteSelect(database),

    leases,

    parking,
  };
}

class Checkpoints {
  readonly #read;
  readonly #create;
  readonly #move;

  constructor(database: Database) {
    const place = "projection = ? AND version = ? AND build = ? AND partition = ?";
    this.#read = database.prepareArrays(`SELECT position FROM foldstream_checkpoints WHERE ${place}`);
    this.#create = database.connection.prepare(
      "INSERT INTO foldstream_checkpoints VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#move = database.connection.prepare(
      `UPDATE foldstream_checkpoints SET position = ? WHERE ${place} AND position = ?`,
    );
  }

  read(model: ReadModel, partition: string): number {
    return (this.#read.get(...identity(model), partition) as unknown as [number] | undefined)?.[0] ?? 0;
  }

  /** False, and nothing done, when the checkpoint is not `expected`. */
  move(model: ReadModel, partition: string, expected: number, next: number): boolean {
    if (this.#move.run(next, ...identity(model), partition, expected).changes === 1) return true;
    return expected === 0 && this.#create.run(...identity(model), partition, next).changes === 1;
  }
}

function perModel<T>(make: (model: ReadModel) => T): (model: ReadModel) => T {
  const made = new Map<string, T>();
  return (model) => {
    const name = tableName(model);
    const known = made.get(name) ?? make(model);
    made.set(name, known);
    return known;
  };
}
