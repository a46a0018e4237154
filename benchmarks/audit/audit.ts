/** How fast is a read model compared with the log, how much memory does it take, and how long does it keep others waiting? */
import { nodeEnvironment } from "@foldstream/node";
import { type AuditOptions, aggregate, app, createRuntime, projection, type Runtime, t, table } from "foldstream";
import type { Engine } from "foldstream/port";
import * as z from "zod";
import { type BenchEngine, placed } from "../engines/bench-engine.ts";
import type { Question, Run, Subject } from "../question.ts";
import { waitsOf } from "./waits.ts";

const perRow = 10;
const perAppend = 500;
const perPage = 2_000;

const note = aggregate("note", {
  initialState: {},
  events: { Written: z.object({ text: z.string() }) },
  commands: { Write: z.object({ text: z.string() }) },
  decide: { Write: (data) => ({ Written: data }) },
  evolve: { Written: (state) => state },
});

const columns = { id: t.key(), text: t.text(), times: t.integer() };
const written = (row: { readonly times: number } | undefined, text: string) => ({ text, times: (row?.times ?? 0) + 1 });

const plain = projection("plain", {
  version: 1,
  from: [note],
  key: ({ stream }) => stream.id,
  into: table(columns),
  on: { "note.Written": (row, { data }) => written(row, data.text) },
});

const searched = projection("searched", {
  version: 1,
  from: [note],
  key: ({ stream }) => stream.id,
  into: table(columns, { search: ["text"] }),
  on: { "note.Written": (row, { data }) => written(row, data.text) },
});

const notes = app({ aggregates: [note], projections: [plain, searched], queries: [] });

export const audit: Question = {
  name: "audit",
  about: "the events that a read model is compared with in a second, beside reading and folding them again by hand",
  engines: ["sqlite", "postgres"],
  subjects: ({ scale }, engine) => {
    const count = Math.ceil(100_000 * scale);
    const bare = "bare: read the log, fold in memory, compare nothing";
    const subject = (name: string, work: Work, keysPerPass = count): Subject => {
      return { name, bare, run: measured(engine, { count, keysPerPass }, work) };
    };
    const auditing = (options: AuditOptions): Work => {
      return async ({ runtime }) => (await runtime.audit(options)).every(({ ok }) => ok);
    };
    const [all, search] = [{ projections: ["plain"] }, { projections: ["searched"] }];
    return [
      subject(bare, ({ engine: opened }) => refolded(opened, count)),
      subject("every row", auditing(all)),
      subject("every row, four passes", auditing(all), Math.ceil(count / perRow / 4)),
      subject("a sample of 1 in 100 rows", auditing({ ...all, sample: { part: 0, of: 100 } })),
      subject("every row, and its search index", auditing(search)),
    ];
  },
};

interface Side {
  readonly engine: Engine;
  readonly runtime: Runtime;
}

interface Sizes {
  readonly count: number;
  readonly keysPerPass: number;
}

/** Whether the outcome is right. */
type Work = (side: Side) => Promise<boolean>;

function measured(bench: BenchEngine, { count, keysPerPass }: Sizes, work: Work): Subject["run"] {
  return placed(bench, async (place): Promise<Run> => {
    const engine = place.engine();
    const rows = Math.ceil(count / perRow);
    await fill(engine, count, rows);
    const settings = { auditKeysPerPass: keysPerPass };
    const runtime = createRuntime(notes, { engine, environment: nodeEnvironment(), settings });
    await runtime.prepare();
    const waits = waitsOf();
    const began = performance.now();
    const exact = await work({ engine, runtime: runtime as unknown as Runtime });
    const seconds = (performance.now() - began) / 1000;
    const found = waits.stop();
    await runtime.stop();
    await engine.close();
    return { count, seconds, exact, ...found };
  });
}

/** Ten events a row, all of it projected. */
async function fill(engine: Engine, count: number, rows: number): Promise<void> {
  const caughtUp = Promise.withResolvers<void>();
  let open = 2 * count;
  const step = ({ events }: { readonly events: number }) => {
    open -= events;
    if (open <= 0) caughtUp.resolve();
  };
  const runtime = createRuntime(notes, { engine, environment: nodeEnvironment(), observer: { step } });
  await runtime.start();
  for (let first = 0; first < count; first += perAppend) {
    const commands = Array.from({ length: Math.min(perAppend, count - first) }, (_, index) => {
      const event = first + index;
      const text = `departure ${event} of flight ${event % 977} from ${event % 89} to ${event % 83} delayed by ${event % 59}`;
      return runtime.execute(note, String(event % rows), "Write", { text });
    });
    await Promise.all(commands);
  }
  await caughtUp.promise;
  await runtime.stop();
}

/** What an audit cannot do without. */
async function refolded({ eventFeed }: Engine, count: number): Promise<boolean> {
  const rows = new Map<string, { readonly text: string; readonly times: number }>();
  let seen = 0;
  for (const partition of await eventFeed.partitions()) {
    for (let after = 0, more = true; more; ) {
      const { events, next } = await eventFeed.read(partition, after, perPage);
      for (const { stream, data } of events) rows.set(stream, written(rows.get(stream), JSON.parse(data).text));
      seen += events.length;
      more = events.length > 0;
      after = next;
    }
  }
  return seen === count;
}
