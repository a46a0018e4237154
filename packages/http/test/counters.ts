/** The app behind the tests of http, client and node: counters, and questions of every input type. */
import { type App, aggregate, app, createRuntime, projection, query, reject, t, table } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import type { Engine } from "foldstream/port";
import * as z from "zod";
import { realEnvironment } from "../../core/test/bank.ts";
import { type HttpOptions, httpHandler } from "../src/index.ts";

export const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: {
    Increment: z.object({ by: z.int().min(1).default(1) }),
    Decrement: z.object({ by: z.int().min(1) }),
    Explode: z.object({}),
  },
  decide: {
    Increment: ({ by }) => ({ Incremented: { by } }),
    Decrement: ({ by }, { value }) =>
      value < by
        ? reject("below-zero", "A counter stays at zero or above.", { missing: by - value })
        : { Incremented: { by: -by } },
    Explode: () => {
      throw new Error("secret of the house");
    },
  },
  evolve: { Incremented: (state, { by }) => ({ value: state.value + by }) },
});

const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), value: t.integer(), changedAt: t.timestamp() }),
  on: {
    "counter.Incremented": (row, { data, recordedAt }) => ({
      value: (row?.value ?? 0) + data.by,
      changedAt: recordedAt,
    }),
  },
});

export const total = query("total", {
  input: z.object({ id: z.string() }),
  output: z.object({ value: z.int() }),
  from: [totals],
  run: async ({ id }, { read }) => ({ value: (await read.totals.get(id))?.value ?? 0 }),
});

/** Answers what it was asked, to see how input arrives. */
const echo = query("echo", {
  input: z.object({
    text: z.string().optional(),
    code: z.union([z.string(), z.number()]).optional(),
    count: z.int().optional(),
    ratio: z.number().nullable().optional(),
    exact: z.boolean().default(false),
    ids: z.array(z.int()).optional(),
    place: z.object({ x: z.number() }).optional(),
    kind: z.literal([1, 2]).optional(),
  }),
  from: [],
  run: async (input) => input,
});

const whoami = query("whoami", {
  input: z.object({}),
  from: [],
  run: async (_, { principal }) => principal?.id ?? null,
});

const broken = query("broken", {
  input: z.object({}),
  from: [],
  run: async (): Promise<number> => {
    throw new Error("secret of the house");
  },
});

export const counters = app({
  name: "counters",
  aggregates: [counter],
  projections: [totals],
  queries: [total, echo, whoami, broken],
});

export function runtimeOf<A extends App>(served: A, engine: Engine = memoryEngine()) {
  return createRuntime(served, { engine, environment: realEnvironment, settings: { stepIntervalMs: 0, pollMs: 20 } });
}

/** A handler over a fresh runtime whose projections run only once it is started. */
export function hosted(options: HttpOptions = {}, engine: Engine = memoryEngine()) {
  const runtime = runtimeOf(counters, engine);
  const handle = httpHandler(runtime, options);
  return { runtime, engine, handle, ...requests(handle) };
}

type Headers = Record<string, string>;

function requests(handle: (request: Request) => Promise<Response>) {
  const at = (path: string) => `http://test${path}`;
  const json = { "content-type": "application/json" };
  return {
    get: (path: string, headers: Headers = {}) => handle(new Request(at(path), { headers })),
    post: (path: string, body: unknown, headers: Headers = {}) =>
      handle(new Request(at(path), { method: "POST", headers: { ...json, ...headers }, body: JSON.stringify(body) })),
    increment: (id: string, body: unknown = {}, headers: Headers = {}) =>
      handle(
        new Request(at(`/commands/counter/${id}/Increment`), {
          method: "POST",
          headers: { ...json, ...headers },
          body: JSON.stringify(body),
        }),
      ),
    /** `duplex` is what undici wants for bodies that are streams. */
    send: (method: string, path: string, init: RequestInit = {}) =>
      handle(new Request(at(path), { method, duplex: "half", ...init } as RequestInit)),
  };
}
