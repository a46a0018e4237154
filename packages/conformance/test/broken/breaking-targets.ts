/** Ways to break a target of read models. */
import { memoryReadModels } from "foldstream/memory";
import type {
  FindOptions,
  ReadModel,
  ReadModelReader,
  ReadModelStore,
  ReadModelWrite,
  Row,
  WriteResult,
} from "foldstream/port";
import type { Reopenable, Target } from "../../src/index.ts";
import type { BrokenAdapter } from "./broken-adapter.ts";

type OpenTarget = Target & Reopenable<Target>;

/** A target that is still there when it is opened again, as if it were on disk. */
export function durableTarget(readModels: ReadModelStore = memoryReadModels()): OpenTarget {
  return { readModels, close: async () => undefined, reopen: async () => durableTarget(readModels) };
}

export function broken(
  mistake: string,
  caughtBy: string,
  breaks: (honest: ReadModelStore) => Partial<ReadModelStore>,
): BrokenAdapter<OpenTarget> {
  const open = () => {
    const honest = memoryReadModels();
    return durableTarget({ ...honest, ...breaks(honest) });
  };
  return { mistake, caughtBy, open };
}

/** A target that changes what it writes. */
export function writing(change: (step: ReadModelWrite) => ReadModelWrite) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    write: (model, step) => target.write(model, change(step)),
  });
}

/** A target that changes the rows it writes. */
export function storing(change: (row: Row) => Row) {
  return writing((step) => ({ ...step, rows: step.rows.map(({ key, row }) => ({ key, row: row && change(row) })) }));
}

/** Writes whatever the checkpoint is: what a target does that has compared it too early. */
export async function force(target: ReadModelStore, model: ReadModel, step: ReadModelWrite): Promise<WriteResult> {
  for (;;) {
    const result = await target.write(model, { ...step, expected: await target.checkpoint(model, step.partition) });
    if (result.ok || result.reason === "lease-lost") return result;
  }
}

/** A target with other readers. */
export function readingBy(change: (reader: ReadModelReader, model: ReadModel) => Partial<ReadModelReader>) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    reader(model) {
      const reader = target.reader(model);
      return { ...reader, ...change(reader, model) };
    },
  });
}

/** A target whose readers find by other options. */
export function finding(change: (options: FindOptions<Row>) => FindOptions<Row>) {
  return readingBy((reader) => ({ find: (options = {}) => reader.find(change(options)) }));
}

/** A target that takes one read model for another. */
export function confusing(change: (model: ReadModel) => ReadModel) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    checkpoint: (model, partition) => target.checkpoint(change(model), partition),
    load: (model, keys) => target.load(change(model), keys),
    write: (model, step) => target.write(change(model), step),
    scan: (model, options) => target.scan(change(model), options),
    reader: (model) => target.reader(change(model)),
  });
}
