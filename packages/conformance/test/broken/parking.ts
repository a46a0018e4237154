/** Targets with a mistake each in what they keep of parked streams. */
import type { ParkedStream, ParkingStore, ReadModelStore, ReadModelWrite } from "foldstream/port";
import { broken, durableTarget, writing } from "./breaking-targets.ts";

/** A target that lists other entries. */
function listing(change: (parking: ParkingStore) => Partial<ParkingStore>) {
  return ({ parking }: ReadModelStore) => ({ parking: { ...parking, ...change(parking) } });
}

const fabricated: ParkedStream = {
  stream: "order-x",
  partition: "0",
  version: 1,
  position: 1,
  error: { name: "Error", message: "" },
  attempts: 1,
  parkedAt: 0,
  waiting: 1,
  lastVersion: 1,
  lastPosition: 1,
};

/** Writes what is parked whatever becomes of the step. */
function parkingBeside(when: (step: ReadModelWrite) => boolean) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    async write(model, step) {
      if (step.parked && when(step)) {
        const at = await target.checkpoint(model, step.partition);
        const { partition, parked } = step;
        await target.write(model, { partition, expected: at, next: at, rows: [], facts: [], parked });
      }
      return target.write(model, step);
    },
  });
}

function everyEntry(change: (entry: ParkedStream) => ParkedStream) {
  return writing((step) => ({
    ...step,
    parked: (step.parked ?? []).map(({ stream, entry }) => ({ stream, entry: entry && change(entry) })),
  }));
}

export const brokenParking = [
  broken(
    "lists a stream that nobody parked",
    "G5 parks nothing by itself",
    listing(({ list }) => ({
      list: async (model, page) => [...(await list(model, page)), fabricated],
    })),
  ),
  broken(
    "gives any entry for a stream",
    "G5 gives the entry of one stream, and nothing for others",
    listing(({ list }) => ({ get: async (model) => (await list(model, { limit: 1 }))[0] })),
  ),
  broken(
    "never says that streams are parked",
    "G5 says with the checkpoint whether any stream of its partition is parked",
    listing(({ reached }) => ({
      reached: async (model, partition) => ({ ...(await reached(model, partition)), isParking: false }),
    })),
  ),
  broken(
    "counts streams of other partitions as parked",
    "G5 says with the checkpoint whether any stream of its partition is parked",
    listing(({ reached, count }) => ({
      reached: async (model, partition) => ({
        ...(await reached(model, partition)),
        isParking: (await count(model)) > 0,
      }),
    })),
  ),
  broken(
    "loses the stack of errors",
    "G5 parks streams in the step that passes over them, changes them and frees them, exactly as given",
    everyEntry(({ error: { name, message }, ...entry }) => ({ ...entry, error: { name, message } })),
  ),
  broken(
    "never frees a stream",
    "G5 takes a step of a redrive without moving the checkpoint: rows, and the entry that moves on",
    writing((step) => ({ ...step, parked: (step.parked ?? []).filter(({ entry }) => entry) })),
  ),
  broken(
    "keeps the first entry of a stream for ever",
    "G5 parks streams in the step that passes over them, changes them and frees them, exactly as given",
    (target) => ({
      async write(model, step) {
        const known = await target.parking.list(model, { limit: 1_000 });
        const isNew = ({ stream, entry }: { stream: string; entry: unknown }) =>
          entry === null || !known.some((other) => other.stream === stream);
        return target.write(model, { ...step, parked: (step.parked ?? []).filter(isNew) });
      },
    }),
  ),
  broken(
    "sorts by code unit",
    "G5 lists by name in the order of code points, page by page, of one partition or of all",
    listing(({ list }) => ({
      list: async (model, page) =>
        (await list(model, page)).toSorted((one, other) => (one.stream < other.stream ? -1 : 1)),
    })),
  ),
  broken(
    "lists all partitions whichever is asked for",
    "G5 lists by name in the order of code points, page by page, of one partition or of all",
    listing(({ list }) => ({ list: (model, { partition: _, ...page }) => list(model, page) })),
  ),
  broken(
    "keeps one list for all versions of a read model",
    "G5 keeps what is parked apart by read model and version",
    (target) => ({
      write: (model, step) => target.write(model, step),
      parking: {
        ...target.parking,
        list: (model, page) => target.parking.list({ ...model, version: 1 }, page),
        count: (model) => target.parking.count({ ...model, version: 1 }),
      },
    }),
  ),
  broken(
    "remembers what was parked of a build that was dropped",
    "G5 forgets what is parked of a build that is dropped, and of no other",
    (target) => {
      const dropped = new Map<number, readonly ParkedStream[]>();
      return {
        builds: {
          ...target.builds,
          async drop(model) {
            dropped.set(model.build ?? 0, await target.parking.list(model, { limit: 1_000 }));
            return target.builds.drop(model);
          },
        },
        parking: {
          ...target.parking,
          count: async (model) => dropped.get(model.build ?? 0)?.length ?? target.parking.count(model),
        },
      };
    },
  ),
  broken(
    "parks before it compares the checkpoint",
    "G5 parks and frees nothing in a step from another checkpoint",
    parkingBeside(({ expected }) => expected === 0),
  ),
  broken(
    "parks before it compares the epoch",
    "G5 parks and frees nothing in a step under another epoch",
    parkingBeside(({ epoch }) => epoch === 1),
  ),
  broken(
    "parks before it checks the rows",
    "G5 parks nothing when a row of the step cannot be stored",
    parkingBeside(({ rows }) => rows.length > 0),
  ),
  broken(
    "parks 100 streams of a step at most",
    "G5 follows 150 parked streams, and writes 150 rows, in one step",
    writing((step) => ({ ...step, parked: (step.parked ?? []).slice(0, 100) })),
  ),
  {
    mistake: "keeps what is parked in memory only",
    caughtBy: "G5 has what is parked again when it is reopened",
    open() {
      const target = durableTarget();
      const { parking } = durableTarget().readModels;
      return { ...target, reopen: async () => durableTarget({ ...target.readModels, parking }) };
    },
  },
];
