/** The port to a target: where projections write their read models and queries read them. */
import type { Columns } from "../definition/column.ts";
import type { ParkedWrite, ParkingStore } from "./parking.ts";

/** A value of a column, as handlers and queries see it. */
export type Row = Readonly<Record<string, unknown>>;

/** What a target must know to hold a read model. */
export interface ReadModel {
  readonly name: string;
  readonly version: number;
  /** Told apart from other builds of the same version. Default 0. */
  readonly build?: number;
  readonly kind: "table" | "facts";
  readonly columns: Columns;
  readonly indexes: readonly (readonly string[])[];
  readonly search: readonly string[];
}

export interface RowWrite {
  readonly key: string;
  /** All columns but the key, for which `key` counts, whatever the row holds; `null` deletes. */
  readonly row: Row | null;
  /** What `loadDocuments` said; `null` where there was no document. Absent: the row is written whatever is there. */
  readonly revision?: string | null;
}

/** A row as a target that has no transactions finds it when a step begins. */
export interface LoadedDocument {
  /** Absent when there is none, or none any more. */
  readonly row?: Row;
  /** What keeps the row that is there from being read: a step must not take it for none, a repair replaces it. */
  readonly problem?: string;
  /** Events of the step's partition, or of the source of what is redriven, up to here are in it, maybe beyond the checkpoint, from a step that was cut off. */
  readonly includes: number;
  /** What the step's write must find again; `null` where there never was a document. */
  readonly revision: string | null;
}

/** A fact and the event it came from: the place makes a repeated write harmless. */
export interface FactWrite {
  readonly position: number;
  /** 0-based among the facts of one event. */
  readonly index: number;
  /** `null` removes the fact of that place: for repairs, since projections only add. */
  readonly row: Row | null;
}

/**
 * Marks a step that brings in events of a parked stream, older than the checkpoint, which stays where it is (`next` equals `expected`).
 * What a document includes of them is noted under `source`, up to `through`, as if the stream were a partition of its own.
 */
export interface Redriven {
  readonly source: string;
  readonly through: number;
}

/** One step of a projection: rows or facts, and the checkpoint that says they are in. */
export interface ReadModelWrite {
  readonly partition: string;
  /** The checkpoint that this step started from. */
  readonly expected: number;
  /** The checkpoint after it. */
  readonly next: number;
  /** Distinct keys. Empty for facts. */
  readonly rows: readonly RowWrite[];
  /** In feed order. Empty for tables. */
  readonly facts: readonly FactWrite[];
  /**
   * Streams that the step parks, follows or frees; distinct. Written together with rows and checkpoint. A target without transactions writes
   * those of a live step before its rows, so that no row includes what was not followed, and those of a redriven one after its rows; it
   * may be cut off in between. Values are absolute, so writing them again changes nothing.
   */
  readonly parked?: readonly ParkedWrite[];
  /** How many streams of the partition are parked once the step is written, for targets that keep it with the checkpoint. Absent: as many as before. */
  readonly stillParked?: number;
  /** Absent for a live step. */
  readonly redriven?: Redriven;
  /** The lease under which the step is taken. Absent: the step is written whoever holds it, for tests and tools that work alone. */
  readonly epoch?: number;
}

export type WriteResult =
  | { readonly ok: true }
  /** Another worker has moved on. Nothing was written. */
  | { readonly ok: false; readonly reason: "checkpoint-moved"; readonly actual: number }
  /** The lease is no longer at the step's epoch: another worker has the read model. Nothing was written. */
  | { readonly ok: false; readonly reason: "lease-lost" }
  /**
   * A row was no longer at its revision: another worker has written it. Other rows of the step may have been written, each with the
   * position that it includes; the checkpoint has not moved, so the step can be taken again.
   */
  | { readonly ok: false; readonly reason: "rows-moved" };

export interface ScanOptions {
  /** The `next` of the page before. */
  readonly after?: string;
  /** Rows at most, which a page may fall short of. */
  readonly limit: number;
  /** Only the rows of these keys; they must fit the limit. Not for facts. */
  readonly among?: readonly string[];
}

/** A row as it is stored, or what keeps it from being read. */
export type ScannedRow =
  | {
      /** Of facts: their place, as `factKey` writes it. */
      readonly key: string;
      /** Every declared column, the key included as the row has it. */
      readonly row: Row;
      /** How far the row includes partitions, where the target keeps that with each row; it may be beyond the checkpoint. */
      readonly includes?: Readonly<Record<string, number>>;
    }
  | { readonly key: string; readonly problem: string };

export interface ScanPage {
  readonly rows: readonly ScannedRow[];
  /** Where to read on; opaque. Absent on the last page. */
  readonly next?: string;
}

/** Something derived from the rows that no longer follows from them, such as a search index. */
export interface IndexProblem {
  readonly index: string;
  /** The row it is about, where that is known. */
  readonly key?: string;
  readonly problem: string;
}

/** What a target derives from rows and keeps beside them. */
export interface DerivedIndexes {
  /** What does not follow from the rows, at most `limit` problems. Changes nothing. */
  check(model: ReadModel, limit: number): Promise<readonly IndexProblem[]>;
  /** Derives them from the rows again. */
  rebuild(model: ReadModel): Promise<void>;
}

/** Which worker may write a read model. */
export interface Lease {
  /** From 1; one more whenever the lease changes hands. A step that names an older one is refused. */
  readonly epoch: number;
  /** The worker; `null` once it has given the lease back. */
  readonly holder: string | null;
  /** One more whenever the holder renews: a proof of life that needs no common clock. */
  readonly beat: number;
  /** What workers tell about the read model besides, as text; the target keeps it as it is, and compares it with nothing. */
  readonly note?: string;
}

/** Leases as values that change by compare-and-swap. Who takes one, and when, is the runtime's business. */
export interface LeaseStore {
  /**
   * True where all workers are on one machine, so that spreading the work gains nothing: a worker that starts takes every lease over at
   * once, and those before it stand by. Else workers share the leases out, and wait before they take one over.
   */
  readonly takeOverAtStart: boolean;

  /** The leases of read models, in their order; `undefined` where nobody has held one yet. */
  read(models: readonly ReadModel[]): Promise<readonly (Lease | undefined)[]>;

  /** Puts `next` in the place of `expected`. False, and nothing done, when the lease is not `expected`. */
  replace(model: ReadModel, expected: Lease | undefined, next: Lease): Promise<boolean>;
}

/** A build of a read model: rows and checkpoints of its own, whatever other builds hold. */
export interface Build {
  /** As it was prepared, so that a release with other columns can read it. */
  readonly model: ReadModel;
  /** `live`: the one that serves. `new`: has never served. `previous`: served before. `dropped`: holds nothing any more. */
  readonly state: "new" | "live" | "previous" | "dropped";
}

/** Which builds there are of a read model, and which of them serves. */
export interface BuildStore {
  /** All builds that were ever prepared under a name, by version, then build. */
  list(name: string): Promise<readonly Build[]>;

  /**
   * Puts `next` in the place of the live build, its SQL view included, in one transaction. False, and nothing done, when `expected` is
   * not the live one, its lease is not at `epoch` (if that is given), or `next` was not prepared or has been dropped. Where builds and
   * leases cannot change under one condition, the epoch is looked at right before.
   */
  switchTo(expected: ReadModel, next: ReadModel, epoch?: number): Promise<boolean>;

  /**
   * Deletes what a build holds, rows and checkpoints; the epoch of its lease goes one further, so that whoever still writes to it has lost
   * it. False, and nothing done, when it is the live one. May be repeated, as it must be when it was cut off. Preparing it again makes it
   * anew.
   */
  drop(model: ReadModel): Promise<boolean>;
}

/**
 * A target. `prepare` comes first, for every read model it is to hold. All methods reject with `StoreFailureError` when the engine
 * fails; a `write` that rejects may have happened, or happen later, as long as its checkpoint and its epoch are what it
 * expects: the runtime goes on under another epoch.
 */
export interface ReadModelStore {
  /**
   * Creates what the read models need, when it is not there yet; the first build of a name is live at once. Leaves existing rows alone;
   * safe to call at every start.
   */
  prepare(models: readonly ReadModel[]): Promise<void>;

  /** Position up to which the read model includes the partition; 0 when it has seen nothing. */
  checkpoint(model: ReadModel, partition: string): Promise<number>;

  /** The rows that exist among `keys`, by key, key column included. */
  load(model: ReadModel, keys: readonly string[]): Promise<ReadonlyMap<string, Row>>;

  /**
   * For targets that cannot always change rows and checkpoint in one transaction, in place of `load` when a step begins: each row with
   * the position that it includes, so that a step that was cut off is completed without counting twice. One for each of `keys`.
   */
  loadDocuments?(
    model: ReadModel,
    source: string,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, LoadedDocument>>;

  /**
   * Writes rows, parked streams and checkpoint together (G4): all of it, or nothing when the checkpoint is not `expected`.
   * @throws InvalidRowError, and writes nothing, when a row does not fit the columns; the message names read model, key and column.
   */
  write(model: ReadModel, step: ReadModelWrite): Promise<WriteResult>;

  /**
   * Every row once, a page at a time: by key in the order of code points, facts by partition, position and index. Never rejects
   * because of what a row holds. Rows that are written meanwhile may be given as they were or as they are.
   */
  scan(model: ReadModel, options: ScanOptions): Promise<ScanPage>;

  /** Indexes that could come to differ from the rows, where the target keeps such. */
  readonly indexes?: DerivedIndexes;

  /** Read access for queries. */
  reader(model: ReadModel): ReadModelReader<Row>;

  /** Read-only SQL over the read models, each under its own name, where the target speaks it. */
  readonly sql?: SqlReader;

  /** Which builds there are, and which one serves. */
  readonly builds: BuildStore;

  /** Who may write which read model. */
  readonly leases: LeaseStore;

  /** Streams that were set aside. */
  readonly parking: ParkingStore;

  /** Present where this is several targets in one. */
  readonly targets?: Targets;
}

/** Which of several targets holds which read model. */
export interface Targets {
  /** Names of read models that have a target chosen for them. */
  readonly named: readonly string[];
  /** The target that holds a read model, itself not several in one. */
  of(model: Pick<ReadModel, "name">): ReadModelStore;
}

export interface FindOptions<R> {
  /** Columns that must equal these values; `undefined` does not restrict. */
  readonly where?: Partial<R>;
  /**
   * Columns to sort by, first one first. Null comes before everything, text sorts by code point, false before true. Ties, and no order
   * at all, are broken by key (facts: by feed order), ascending.
   */
  readonly orderBy?: readonly (readonly [column: keyof R & string, direction: "asc" | "desc"])[];
  /** Default 100, at most 1,000. */
  readonly limit?: number;
  /** Rows to skip. Default 0. */
  readonly offset?: number;
}

/**
 * Reads one read model. Values come back as the columns declare them.
 * @throws FoldstreamError `invalid-limit` for a limit or offset out of bounds, `unknown-name` for a column it does not have.
 */
export interface ReadModelReader<R = Row> {
  /** The row of a key. Facts have no keys and give `undefined`. */
  get(key: string): Promise<R | undefined>;
  find(options?: FindOptions<R>): Promise<readonly R[]>;
  count(where?: Partial<R>): Promise<number>;
  /**
   * Full-text search over the columns declared in `search`: rows that hold a word beginning with each word of `text`, best first.
   * Text without words finds nothing. `limit` as in `find`.
   * @throws FoldstreamError `search-undeclared` when the read model declares no search.
   */
  search(text: string, options?: { readonly limit?: number }): Promise<readonly R[]>;
}

export interface SqlReader {
  readonly dialect: "sqlite" | "postgres" | "duckdb";
  /** Runs one statement that only reads; anything that would write is refused. Values are the engine's own. */
  select(statement: { readonly sql: string; readonly parameters: readonly unknown[] }): Promise<readonly Row[]>;
}
