/** A domain that asks a lot of a runtime: snapshots, commands with no event or several, rows that are deleted or that all partitions share. */
import {
  aggregate,
  app,
  cancel,
  effect,
  facts,
  perform,
  policy,
  projection,
  reject,
  send,
  t,
  table,
  timer,
} from "foldstream";
import type { CommandGenerator, SimulatedCommand, SimulatedRandom } from "foldstream/testing";
import * as z from "zod";

const cents = z.object({ cents: z.int().positive() });

export const account = aggregate("account", {
  initialState: { cents: 0, entries: 0, closed: false },
  events: {
    Deposited: cents,
    Withdrawn: cents,
    FeeTaken: cents,
    Closed: z.object({ at: z.string() }),
    Opened: z.object({}),
  },
  commands: { Deposit: cents, Withdraw: cents, Close: z.object({}), Open: z.object({}), Touch: z.object({}) },
  decide: {
    Deposit: (data, { closed }) => (closed ? reject("closed", "The account is closed.") : { Deposited: data }),
    Withdraw: (data, state) => {
      if (state.closed) return reject("closed", "The account is closed.");
      if (state.cents <= data.cents) return reject("overdrawn", "Not enough money.");
      return [{ Withdrawn: data }, { FeeTaken: { cents: 1 } }];
    },
    Close: (_, { closed }, { now }) => (closed ? reject("closed", "The account is closed.") : { Closed: { at: now } }),
    Open: (_, { closed }) => (closed ? { Opened: {} } : reject("open", "The account is open.")),
    Touch: () => [],
  },
  evolve: {
    Deposited: (state, data) => ({ ...state, cents: state.cents + data.cents, entries: state.entries + 1 }),
    Withdrawn: (state, data) => ({ ...state, cents: state.cents - data.cents, entries: state.entries + 1 }),
    FeeTaken: (state, data) => ({ ...state, cents: state.cents - data.cents }),
    Closed: (state) => ({ ...state, closed: true }),
    Opened: (state) => ({ ...state, closed: false }),
  },
  snapshot: { every: 2 },
});

const balances = projection("balances", {
  version: 1,
  from: [account],
  key: ({ stream }) => stream.id,
  into: table({ id: t.key(), cents: t.integer(), entries: t.integer() }),
  on: {
    "account.Deposited": (row, { data }) => ({
      cents: (row?.cents ?? 0) + data.cents,
      entries: (row?.entries ?? 0) + 1,
    }),
    "account.Withdrawn": (row, { data }) => ({
      cents: (row?.cents ?? 0) - data.cents,
      entries: (row?.entries ?? 0) + 1,
    }),
    "account.FeeTaken": (row, { data }) => row && { ...row, cents: row.cents - data.cents },
    "account.Closed": () => null,
  },
});

/** One row for all accounts. `last` tells the order in which the events of one account came. */
const totals = projection("totals", {
  version: 1,
  from: [account],
  key: (event) => (event.type === "account.Opened" ? undefined : "all"),
  into: table({ id: t.key(), cents: t.integer(), versions: t.json<Record<string, number>>() }),
  on: {
    "account.Deposited": (row, { data, stream, version }) => ({
      cents: (row?.cents ?? 0) + data.cents,
      versions: { ...row?.versions, [stream.id]: version },
    }),
    "account.Withdrawn": (row, { data }) =>
      data.cents > 10 && row ? { ...row, cents: row.cents - data.cents } : undefined,
    "account.FeeTaken": (row, { data, stream, version }) => ({
      cents: (row?.cents ?? 0) - data.cents,
      versions: { ...row?.versions, [stream.id]: version },
    }),
  },
});

const entries = facts("entries", {
  version: 1,
  from: [account],
  columns: { account: t.text(), version: t.integer(), cents: t.integer() },
  on: {
    "account.Deposited": ({ stream, version, data }) => ({ account: stream.id, version, cents: data.cents }),
    "account.Withdrawn": ({ stream, version, data }) => [
      { account: stream.id, version, cents: -data.cents },
      { account: stream.id, version, cents: 0 },
    ],
  },
});

const reminder = aggregate("reminder", {
  initialState: { reminders: 0 },
  events: { Reminded: z.object({}), Noted: cents },
  commands: { Remind: z.object({}), Note: cents },
  decide: { Remind: () => ({ Reminded: {} }), Note: (data) => ({ Noted: data }) },
  evolve: {
    Reminded: ({ reminders }) => ({ reminders: reminders + 1 }),
    Noted: (state) => state,
  },
});

const receipt = effect("receipt", z.object({ account: z.string(), cents: z.int() }));

/** Timers that are set anew and cancelled, commands that are refused and made up for, effects, and commands of a policy that lead to more. */
const teller = policy("teller", {
  from: [account, reminder],
  effects: [receipt],
  on: {
    "account.Deposited": ({ stream, data }) => [
      timer(`remind ${stream.id}`, { afterMs: 400 }, send(reminder, stream.id, "Remind", {})),
      send(reminder, "all", "Note", data),
    ],
    "account.Withdrawn": ({ stream, data }) => perform(receipt, { account: stream.id, cents: data.cents }),
    "account.Closed": ({ stream }) => cancel(`remind ${stream.id}`),
    "account.Opened": ({ stream }) => send(account, stream.id, "Withdraw", { cents: 5 }),
    "reminder.Reminded": ({ stream, version }) => perform(receipt, { account: stream.id, cents: version }),
  },
  onRejected: ({ command: { id } }) => [send(reminder, id, "Remind", {}), perform(receipt, { account: id, cents: 0 })],
});

export const bank = app({
  name: "bank",
  aggregates: [account, reminder],
  projections: [balances, totals, entries],
  policies: [teller],
});

/** The first one most often. */
const ids = ["a", "a", "a", "b", "b", "c", "d"];

const commands = [
  "Deposit",
  "Deposit",
  "Deposit",
  "Deposit",
  "Withdraw",
  "Transfer",
  "Transfer",
  "Close",
  "Open",
  "Open",
  "Touch",
];

export const bankCommands: CommandGenerator = (random) => {
  const command = random.oneOf(commands);
  if (command === "Transfer") return transfer(random);
  const data = command === "Deposit" || command === "Withdraw" ? { cents: random.whole(1, 20) } : {};
  return { aggregate: "account", id: random.oneOf(ids), command, data };
};

function transfer(random: SimulatedRandom): readonly SimulatedCommand[] {
  const from = random.oneOf(ids);
  const to = random.oneOf(ids);
  const data = { cents: random.whole(1, 10) };
  return [
    { aggregate: "account", id: from, command: "Withdraw", data },
    { aggregate: "account", id: to, command: "Deposit", data },
  ];
}
