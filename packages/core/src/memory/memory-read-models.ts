/** Read models in memory: the shortest correct reading of the port. */
import { isSameLease } from "../port/control-record.ts";
import { factKey } from "../port/fact-place.ts";
import type { ParkedStream, ParkingStore } from "../port/parking.ts";
import type {
  Lease,
  LeaseStore,
  ReadModel,
  ReadModelStore,
  ReadModelWrite,
  Row,
  ScannedRow,
} from "../port/read-model-store.ts";
import { checkedRow } from "./checked-row.ts";
import { compareText } from "./compare-text.ts";
import { memoryBuilds } from "./memory-builds.ts";
import { memoryReader } from "./memory-reader.ts";

/** What is held for one build of one read model. */
interface MemoryTable {
  /** Whole rows by key (tables) or by place in the feed (facts). JSON text, so that nobody can change them from outside. */
  readonly rows: Map<string, string>;
  readonly checkpoints: Map<string, number>;
  /** By stream. */
  readonly parked: Map<string, ParkedStream>;
  lease?: Lease;
}

export interface MemoryReadModelsOptions {
  /** Whether a worker that starts takes all leases over, as on one machine, or shares them with the others. Default true. */
  readonly takeOverAtStart?: boolean;
}

/** Each call is a target of its own, empty at first. */
export function memoryReadModels({ takeOverAtStart = true }: MemoryReadModelsOptions = {}): ReadModelStore {
  const tables = new Map<string, MemoryTable>();
  const tableOf = ({ name, version, build = 0 }: ReadModel): MemoryTable => {
    const id = `${name} v${version} ${build}`;
    const table = tables.get(id) ?? { rows: new Map(), checkpoints: new Map(), parked: new Map() };
    tables.set(id, table);
    return table;
  };
  const remove = (model: ReadModel) => {
    const table = tableOf(model);
    table.rows.clear();
    table.checkpoints.clear();
    table.parked.clear();
    if (table.lease) table.lease = { epoch: table.lease.epoch + 1, holder: null, beat: 1 };
  };
  const builds = memoryBuilds(remove, (model) => tableOf(model).lease?.epoch);
  return {
    async prepare(models) {
      models.forEach(builds.add);
    },

    async checkpoint(model, partition) {
      return tableOf(model).checkpoints.get(partition) ?? 0;
    },

    async load(model, keys) {
      const { rows } = tableOf(model);
      return new Map(
        keys.flatMap((key): [string, Row][] => (rows.has(key) ? [[key, JSON.parse(rows.get(key) as string)]] : [])),
      );
    },

    async write(model, step) {
      const table = tableOf(model);
      if (step.epoch !== undefined && step.epoch !== table.lease?.epoch) return { ok: false, reason: "lease-lost" };
      const actual = table.checkpoints.get(step.partition) ?? 0;
      if (actual !== step.expected) return { ok: false, reason: "checkpoint-moved", actual };
      const apply = changes(model, table, step);
      for (const change of apply) change();
      for (const { stream, entry } of step.parked ?? []) {
        if (entry) table.parked.set(stream, entry);
        else table.parked.delete(stream);
      }
      table.checkpoints.set(step.partition, step.next);
      return { ok: true };
    },

    async scan(model, { after, limit, among }) {
      const { rows } = tableOf(model);
      const keys = [...new Set(among ?? rows.keys())]
        .filter((key) => rows.has(key) && (after === undefined || compareText(key, after) > 0))
        .sort(compareText);
      const page = keys.slice(0, limit);
      const found = page.map((key): ScannedRow => ({ key, row: JSON.parse(rows.get(key) as string) }));
      return { rows: found, ...(keys.length > limit && { next: page.at(-1) as string }) };
    },

    reader: (model) => memoryReader(model, tableOf(model).rows),
    builds,
    leases: { takeOverAtStart, ...leasesOf(tableOf) },
    parking: parkingOf(tableOf),
  };
}

function leasesOf(tableOf: (model: ReadModel) => MemoryTable): Pick<LeaseStore, "read" | "replace"> {
  return {
    async read(models) {
      return models.map((model) => tableOf(model).lease);
    },

    async replace(model, expected, next) {
      const table = tableOf(model);
      if (!isSameLease(table.lease, expected)) return false;
      table.lease = { ...next };
      return true;
    },
  };
}

function parkingOf(tableOf: (model: ReadModel) => MemoryTable): ParkingStore {
  return {
    async list(model, { partition, after = "", limit }) {
      const found = [...tableOf(model).parked.values()].filter(
        (entry) => (partition === undefined || entry.partition === partition) && compareText(entry.stream, after) > 0,
      );
      return found.sort((one, other) => compareText(one.stream, other.stream)).slice(0, limit);
    },

    async count(model) {
      return tableOf(model).parked.size;
    },

    async get(model, stream) {
      return tableOf(model).parked.get(stream);
    },

    async reached(model, partition) {
      const { checkpoints, parked } = tableOf(model);
      const isParking = [...parked.values()].some((entry) => entry.partition === partition);
      return { position: checkpoints.get(partition) ?? 0, isParking };
    },
  };
}

/** Everything that can be refused is refused here, before the first change is made. */
function changes(
  model: ReadModel,
  { rows }: MemoryTable,
  { partition, rows: rowWrites, facts }: ReadModelWrite,
): (() => void)[] {
  const byKey = rowWrites.map(({ key, row }) => {
    if (row === null) return () => void rows.delete(key);
    const text = JSON.stringify(checkedRow(model, row, key));
    return () => void rows.set(key, text);
  });
  const byPlace = facts.map(({ position, index, row }) => {
    const key = factKey({ partition, position, index });
    if (row === null) return () => void rows.delete(key);
    const text = JSON.stringify(checkedRow(model, row));
    return () => void rows.set(key, text);
  });
  return [...byKey, ...byPlace];
}
