/** A small domain and a real environment for the core's own tests. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { aggregate, app, facts, projection, query, reject, t, table } from "../src/index.ts";
import type { Environment } from "../src/port/index.ts";

export const account = aggregate("account", {
  initialState: { cents: 0, closed: false },
  events: {
    Deposited: z.object({ cents: z.int() }),
    Withdrawn: z.object({ cents: z.int() }),
    Closed: z.object({}),
    /** Its schema is laxer than JSON, so that the runtime's own checks show. */
    Noted: z.object({ note: z.any() }),
  },
  commands: {
    Deposit: z.object({ cents: z.int().positive() }),
    Withdraw: z.object({ cents: z.int().positive() }),
    Close: z.object({}),
    Note: z.object({ note: z.any() }),
    Touch: z.object({}),
    Explode: z.object({}),
    Misbehave: z.object({}),
  },
  decide: {
    Deposit: ({ cents }, { closed }) =>
      closed ? reject("closed", "The account is closed.") : { Deposited: { cents } },
    Withdraw: ({ cents }, state) =>
      state.cents < cents
        ? reject("overdrawn", "Not enough money.", { missing: cents - state.cents })
        : { Withdrawn: { cents } },
    Close: (_, { closed }) => (closed ? reject("closed", "The account is closed already.") : { Closed: {} }),
    Note: ({ note }) => ({ Noted: { note } }),
    Touch: () => [],
    Explode: () => {
      throw new Error("a bug in decide");
    },
    Misbehave: () => ({ Deposited: { cents: 0.5 } }),
  },
  evolve: {
    Deposited: (state, { cents }) => ({ ...state, cents: state.cents + cents }),
    Withdrawn: (state, { cents }) => ({ ...state, cents: state.cents - cents }),
    Closed: (state) => ({ ...state, closed: true }),
    Noted: (state) => state,
  },
  snapshot: { every: 10 },
});

export const balances = projection("balances", {
  version: 1,
  from: [account],
  key: ({ stream }) => stream.id,
  into: table(
    { id: t.key(), cents: t.integer(), entries: t.integer(), lastAt: t.timestamp() },
    { indexes: [["cents"]] },
  ),
  on: {
    "account.Deposited": (row, { data, recordedAt }) => ({
      cents: (row?.cents ?? 0) + data.cents,
      entries: (row?.entries ?? 0) + 1,
      lastAt: recordedAt,
    }),
    "account.Withdrawn": (row, { data, recordedAt }) => ({
      cents: (row?.cents ?? 0) - data.cents,
      entries: (row?.entries ?? 0) + 1,
      lastAt: recordedAt,
    }),
    "account.Closed": () => null,
  },
});

export const deposits = facts("deposits", {
  version: 1,
  from: [account],
  columns: { account: t.text(), cents: t.integer() },
  on: { "account.Deposited": ({ stream, data }) => ({ account: stream.id, cents: data.cents }) },
});

export const balance = query("balance", {
  input: z.object({ id: z.string() }),
  from: [balances],
  run: async ({ id }, { read }) => (await read.balances.get(id))?.cents ?? null,
});

export const bank = app({ name: "bank", aggregates: [account], projections: [balances, deposits], queries: [balance] });

export const realEnvironment: Environment = {
  clock: { now: () => Date.now() },
  ids: { next: () => randomUUID() },
  random: { next: () => Math.random() },
  scheduler: {
    soon: (task) => void setImmediate(task),
    after: (ms, task) => {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  },
};
