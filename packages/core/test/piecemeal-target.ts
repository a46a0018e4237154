/** A target without transactions over one that has them: rows and what is parked one by one, the checkpoint last; each may be the last. */
import { memoryReadModels } from "../src/memory/index.ts";
import type { LoadedDocument, ReadModel, ReadModelStore, ReadModelWrite, RowWrite } from "../src/port/index.ts";

interface Note {
  readonly includes: Readonly<Record<string, number>>;
  readonly revision: string;
}

/** `beforeEach` is called before each single write and may throw, which cuts the step off. */
export function piecemealTarget(beforeEach: () => void): ReadModelStore {
  const target = memoryReadModels();
  const notes = new Map<string, Note>();
  let revisions = 0;
  const idOf = ({ name, version, build = 0 }: ReadModel, key: string) => `${name} v${version} ${build} ${key}`;
  /** Writes this much of a step, and leaves the checkpoint where it is. */
  const put = async (model: ReadModel, step: ReadModelWrite, part: Partial<ReadModelWrite>) => {
    beforeEach();
    return target.write(model, { ...step, next: step.expected, rows: [], facts: [], parked: [], ...part });
  };
  /** A document and what is noted of it are one. */
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  const putRow = async (model: ReadModel, step: ReadModelWrite, row: RowWrite): Promise<boolean> => {
    const id = idOf(model, row.key);
    if ((notes.get(id)?.revision ?? null) !== row.revision) return false;
    if (!(await put(model, step, { rows: [row] })).ok) return false;
    const { source, through } = step.redriven ?? { source: step.partition, through: step.next };
    notes.set(id, { includes: { ...notes.get(id)?.includes, [source]: through }, revision: String(++revisions) });
    return true;
  };
  const putParked = async (model: ReadModel, step: ReadModelWrite) => {
    for (const write of step.parked ?? []) await put(model, step, { parked: [write] });
  };
  return {
    ...target,

    loadDocuments: (model, source, keys) =>
      alone(async () => {
        const rows = await target.load(model, keys);
        return new Map(
          keys.map((key): [string, LoadedDocument] => {
            const note = notes.get(idOf(model, key));
            const row = rows.get(key);
            return [
              key,
              { ...(row && { row }), includes: note?.includes[source] ?? 0, revision: note?.revision ?? null },
            ];
          }),
        );
      }),

    async scan(model, options) {
      const page = await target.scan(model, options);
      const includes = (key: string) => notes.get(idOf(model, key))?.includes ?? {};
      return { ...page, rows: page.rows.map((found) => ({ ...found, includes: includes(found.key) })) };
    },

    async write(model, step) {
      const allowed = await target.write(model, { ...step, next: step.expected, rows: [], facts: [], parked: [] });
      if (!allowed.ok) return allowed;
      if (!step.redriven) await putParked(model, step);
      for (const row of step.rows)
        if (!(await alone(() => putRow(model, step, row)))) return { ok: false, reason: "rows-moved" };
      for (const fact of step.facts) await put(model, step, { facts: [fact] });
      if (step.redriven) await putParked(model, step);
      return put(model, step, { next: step.next });
    },
  };
}
