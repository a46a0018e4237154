/** What the compiler must know, and what it must refuse. Checked by `tsc`, never run. */
import * as z from "zod";
import {
  aggregate,
  app,
  createRuntime,
  effect,
  event,
  facts,
  perform,
  performs,
  policy,
  projection,
  query,
  reject,
  send,
  t,
  table,
  timer,
} from "../index.ts";
import { given, givenPolicy } from "../testing/index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<Actual>() {
  return { toBe: <Expected>(..._: Equal<Actual, Expected> extends true ? [] : [never]) => undefined };
}

const account = aggregate("account", {
  initialState: { balance: 0, owner: null as string | null },
  events: {
    Opened: z.object({ owner: z.string() }),
    Deposited: event(z.object({ cents: z.int(), note: z.string().default("") }), {
      upcasters: [(old: { amount: number }) => ({ cents: old.amount * 100, note: "" })],
    }),
  },
  commands: {
    Open: z.object({ owner: z.string() }),
    Deposit: z.object({ cents: z.int(), note: z.string().optional() }),
  },
  decide: {
    Open: ({ owner }, state, context) => {
      expectType<typeof owner>().toBe<string>();
      expectType<typeof state>().toBe<{ balance: number; owner: string | null }>();
      expectType<typeof context.now>().toBe<string>();
      return state.owner ? reject("already-open", "The account is open already.") : { Opened: { owner } };
    },
    Deposit: ({ cents }) => [{ Deposited: { cents } }],
  },
  evolve: {
    Opened: (state, { owner }) => ({ ...state, owner }),
    Deposited: (state, { cents, note }) => {
      expectType<typeof note>().toBe<string>();
      return { ...state, balance: state.balance + cents };
    },
  },
});

const base = {
  initialState: 0,
  events: { Added: z.object({ by: z.int() }) },
  commands: { Add: z.object({ by: z.int() }) },
};
const evolve = { Added: (state: number, { by }: { by: number }) => state + by };
// @ts-expect-error an event that is not declared
aggregate("wrong", { ...base, evolve, decide: { Add: () => ({ Removed: { by: 1 } }) } });
// @ts-expect-error a payload of another shape
aggregate("wrong", { ...base, evolve, decide: { Add: () => ({ Added: { by: "one" } }) } });
aggregate("wrong", {
  ...base,
  events: { ...base.events, B: z.object({}) },
  evolve: { ...evolve, B: (s) => s },
  // @ts-expect-error two events in one object: write a list
  decide: { Add: () => ({ Added: { by: 1 }, B: {} }) },
});
// @ts-expect-error a command without a handler
aggregate("wrong", { ...base, evolve, decide: {} });
// @ts-expect-error an event without a handler
aggregate("wrong", { ...base, evolve: {}, decide: { Add: () => [] } });
// @ts-expect-error evolve returns another state
aggregate("wrong", { ...base, evolve: { Added: () => "one" }, decide: { Add: () => [] } });
// @ts-expect-error the last upcaster must reach today's schema
event(z.object({ cents: z.int() }), { upcasters: [() => ({ dollars: 1 })] });

const balances = projection("balances", {
  version: 1,
  from: [account],
  key: (recorded) => {
    expectType<typeof recorded.type>().toBe<"account.Opened" | "account.Deposited">();
    return recorded.stream.id;
  },
  into: table({
    id: t.key(),
    owner: t.text(),
    cents: t.integer(),
    lastAt: t.timestamp({ nullable: true }),
    tags: t.json<string[]>(),
  }),
  on: {
    "account.Opened": (row, { data }) => {
      expectType<typeof data>().toBe<{ owner: string }>();
      return { owner: data.owner, cents: row?.cents ?? 0, lastAt: null, tags: [] };
    },
    "account.Deposited": (row, { data, recordedAt }) =>
      row && { ...row, cents: row.cents + data.cents, lastAt: recordedAt },
  },
});

const into = table({ id: t.key(), cents: t.integer() });
const key = () => "1";
// @ts-expect-error an event that no source has
projection("wrong", { version: 1, from: [account], key, into, on: { "account.Closed": () => null } });
// @ts-expect-error a row with a wrong type
projection("wrong", { version: 1, from: [account], key, into, on: { "account.Opened": () => ({ cents: "1" }) } });
// @ts-expect-error a row that lacks a column
projection("wrong", { version: 1, from: [account], key, into, on: { "account.Opened": () => ({}) } });
// @ts-expect-error an index over a column that is not there
table({ id: t.key() }, { indexes: [["cents"]] });

const deposits = facts("deposits", {
  version: 1,
  from: [account],
  columns: { account: t.text(), cents: t.integer() },
  on: { "account.Deposited": ({ stream, data }) => ({ account: stream.id, cents: data.cents }) },
});
facts("wrong", {
  version: 1,
  from: [account],
  columns: { cents: t.integer() },
  // @ts-expect-error a fact that lacks a column
  on: { "account.Deposited": () => ({}) },
});

const richest = query("richest", {
  input: z.object({ limit: z.int().default(10) }),
  from: [balances],
  run: async ({ limit }, { read }) => {
    // @ts-expect-error a read model the query does not name
    read.deposits;
    // @ts-expect-error a column that is not there
    read.balances.find({ where: { dollars: 1 } });
    const rows = await read.balances.find({ orderBy: [["cents", "desc"]], limit });
    return rows.map(({ id, cents }) => ({ id, cents }));
  },
});

const bank = app({ aggregates: [account], projections: [balances, deposits], queries: [richest] });
const runtime = createRuntime(bank, {} as Parameters<typeof createRuntime>[1]);
runtime.execute(account, "1", "Deposit", { cents: 1 });
// @ts-expect-error a command that is not declared
runtime.execute(account, "1", "Withdraw", { cents: 1 });
// @ts-expect-error a payload of another shape
runtime.execute(account, "1", "Deposit", { dollars: 1 });
// @ts-expect-error an aggregate of another app
runtime.execute(aggregate("other", { ...base, evolve, decide: { Add: () => [] } }), "1", "Add", { by: 1 });
const outcome = await runtime.query(richest, {});
if (outcome.ok) expectType<typeof outcome.value>().toBe<{ id: string; cents: number }[]>();
// @ts-expect-error an input of another shape
runtime.query(richest, { limit: "ten" });

given(account, { Opened: { owner: "ann" } })
  .when("Deposit", { cents: 5 })
  .then({ Deposited: { cents: 5, note: "" } });
// @ts-expect-error an event that is not declared
given(account, { Closed: {} });
// @ts-expect-error a command that is not declared
given(account).when("Withdraw", { cents: 1 });

const mail = effect("mail", z.object({ to: z.string(), copies: z.int().default(1) }));
const greeting = policy("greeting", {
  from: [account],
  effects: [mail],
  on: {
    "account.Opened": ({ data, type, stream }) => {
      expectType<typeof data>().toBe<{ owner: string }>();
      expectType<typeof type>().toBe<"account.Opened">();
      return [
        perform(mail, { to: data.owner }),
        timer("gift", { afterMs: 1_000 }, send(account, stream.id, "Deposit", { cents: 5 })),
      ];
    },
    "account.Deposited": ({ data }) => {
      expectType<typeof data>().toBe<{ cents: number; note: string }>();
      return [];
    },
  },
  onRejected: ({ rejection }) => (rejection.code === "already-open" ? [] : undefined),
});
performs(mail, async ({ to, copies }, { idempotencyKey }) => {
  expectType<typeof to>().toBe<string>();
  expectType<typeof copies>().toBe<number>();
  expectType<typeof idempotencyKey>().toBe<string>();
});
// @ts-expect-error a command that the aggregate does not have
send(account, "1", "Shut", {});
// @ts-expect-error a payload of another shape
send(account, "1", "Deposit", { cents: "five" });
// @ts-expect-error a payload of another shape
perform(mail, { from: "me" });
// @ts-expect-error an event that no source has
policy("wrong", { from: [account], on: { "account.Closed": () => [] } });
// @ts-expect-error an event is no intent
policy("wrong", { from: [account], on: { "account.Opened": () => ({ Opened: { owner: "me" } }) } });
givenPolicy(greeting).when("account.Opened", { owner: "me" });
// @ts-expect-error an event that the policy has no source for
givenPolicy(greeting).when("account.Closed", {});
expectType<(typeof greeting)["name"]>().toBe<"greeting">();
