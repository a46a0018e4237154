/** Targets that break G4, or forget: a mistake each in how a step is taken. */
import { memoryReadModels } from "foldstream/memory";
import { broken, confusing, durableTarget, force, readingBy, writing } from "./breaking-targets.ts";

export const brokenSteps = [
  broken(
    "writes the checkpoint before the rows, so a crash between them loses rows",
    "G4 leaves rows and checkpoint as they were when a row in the middle of a step cannot be stored",
    (target) => ({
      async write(model, step) {
        const moved = await target.write(model, { ...step, rows: [], facts: [] });
        return moved.ok ? target.write(model, { ...step, expected: step.next }) : moved;
      },
    }),
  ),
  broken(
    "writes the facts one by one, the checkpoint at last",
    "G4 adds no fact and moves no checkpoint when a fact in the middle of a step cannot be stored",
    (target) => ({
      async write(model, step) {
        for (const fact of step.facts) {
          const written = await target.write(model, { ...step, next: step.expected, rows: [], facts: [fact] });
          if (!written.ok) return written;
        }
        return target.write(model, step);
      },
    }),
  ),
  broken(
    "does not compare the checkpoint",
    "G4 refuses a step from checkpoint 0 at checkpoint 2, and writes none of it",
    (target) => ({
      write: async (model, step) =>
        target.write(model, { ...step, expected: await target.checkpoint(model, step.partition) }),
    }),
  ),
  broken(
    "compares the checkpoint first and writes later",
    "G4 lets exactly one of 20 concurrent writers take a step, whole",
    (target) => ({
      async write(model, step) {
        const actual = await target.checkpoint(model, step.partition);
        if (actual !== step.expected) return { ok: false, reason: "checkpoint-moved", actual };
        return force(target, model, step);
      },
    }),
  ),
  broken(
    "takes a step from any later checkpoint",
    "G4 refuses a step from checkpoint 3 at checkpoint 2, and writes none of it",
    (target) => ({
      async write(model, step) {
        const actual = await target.checkpoint(model, step.partition);
        return target.write(model, { ...step, expected: Math.min(step.expected, actual) });
      },
    }),
  ),
  broken(
    "takes a step from the checkpoint before again",
    "G4 refuses a step from checkpoint 1 at checkpoint 2, and writes none of it",
    (target) => ({
      async write(model, step) {
        const actual = await target.checkpoint(model, step.partition);
        return target.write(model, { ...step, expected: actual - step.expected === 1 ? actual : step.expected });
      },
    }),
  ),
  broken(
    "writes the rows of a step that it refuses",
    "G4 does nothing when the same step is written again",
    (target) => ({
      async write(model, step) {
        const result = await target.write(model, step);
        const actual = await target.checkpoint(model, step.partition);
        if (!result.ok) await target.write(model, { ...step, expected: actual, next: actual });
        return result;
      },
    }),
  ),
  broken(
    "counts steps instead of keeping the checkpoint it is given",
    "G4 writes rows and checkpoint in one step",
    writing((step) => ({ ...step, next: step.expected + 1 })),
  ),
  broken(
    "keeps the checkpoint when a step has no rows",
    "G4 moves the checkpoint over events that change no row",
    writing((step) => (step.rows.length + step.facts.length > 0 ? step : { ...step, next: step.expected })),
  ),
  broken("starts before the first position", "G4 starts at checkpoint 0, without rows", (target) => ({
    checkpoint: async (model, partition) => (await target.checkpoint(model, partition)) || -1,
  })),
  broken(
    "loses an update when writers race",
    "G4 counts exactly when 10 workers race to count to 200 in the same row",
    (target) => {
      let writes = 0;
      return {
        async write(model, step) {
          const result = await target.write(model, step);
          return ++writes % 50 === 0 && !result.ok ? { ok: true } : result;
        },
      };
    },
  ),
  broken("has one checkpoint for all partitions", "G4 keeps a checkpoint for each partition", (target) => ({
    checkpoint: (model) => target.checkpoint(model, "all"),
    write: (model, step) => target.write(model, { ...step, partition: "all" }),
  })),
  broken(
    "has one table for all read models",
    "G4 keeps read models apart, rows and checkpoints",
    confusing((model) => ({ ...model, name: "all" })),
  ),
  broken(
    "has one table for all versions of a read model",
    "G4 holds versions of a read model side by side, each with its own columns, rows and checkpoint",
    confusing((model) => ({ ...model, version: 1 })),
  ),
  broken("adds facts twice", "G4 adds each fact once, although its step is written again", (target) => ({
    async write(model, step) {
      const again = step.facts.map((fact) => ({ ...fact, index: fact.index + 1_000 }));
      return target.write(model, { ...step, facts: [...step.facts, ...again] });
    },
  })),
  broken(
    "adds the facts of writers that lost",
    "G4 adds the facts of exactly one of 20 concurrent writers",
    (target) => ({
      async write(model, step) {
        const result = await target.write(model, step);
        const actual = await target.checkpoint(model, step.partition);
        if (!result.ok) await target.write(model, { ...step, expected: actual, next: actual });
        return result;
      },
    }),
  ),
  broken(
    "keeps one fact of each event",
    "Port holds equal facts from several places and partitions, filters and counts them, and has no keys",
    writing((step) => ({ ...step, facts: step.facts.map((fact) => ({ ...fact, index: 0 })) })),
  ),
  broken(
    "finds the latest facts first",
    "Port finds facts in feed order, over several steps and beyond ten of one event",
    readingBy((reader, model) => ({
      find: async (options) =>
        model.kind === "facts" ? (await reader.find(options)).toReversed() : reader.find(options),
    })),
  ),
  broken("empties what it prepares", "G10 leaves rows and checkpoint alone when it is prepared again", () => {
    let current = memoryReadModels();
    return {
      prepare: async () => {
        current = memoryReadModels();
      },
      checkpoint: (model, partition) => current.checkpoint(model, partition),
      load: (model, keys) => current.load(model, keys),
      write: (model, step) => current.write(model, step),
      scan: (model, options) => current.scan(model, options),
      reader: (model) => current.reader(model),
    };
  }),
  broken("fails when another prepares at the same time", "G10 may be prepared by several at once", (target) => {
    let preparing = false;
    return {
      async prepare(models) {
        if (preparing) throw new Error("The table exists already.");
        preparing = true;
        await target.prepare(models);
        preparing = false;
      },
    };
  }),
  {
    mistake: "forgets everything when it is closed",
    caughtBy: "G10 has rows, facts and checkpoints again when it is reopened",
    open: () => ({ ...durableTarget(), reopen: async () => durableTarget() }),
  },
];
