import { describe, expect, it, onTestFinished, vi } from "vitest";
import * as z from "zod";
import { account, realEnvironment } from "../../../test/bank.ts";
import { type Accepted, app, createRuntime, projection, query, t, table } from "../../index.ts";
import { memoryEngine } from "../../memory/index.ts";
import { defaultSettings } from "../settings.ts";

/** Two read models of all balances, of which the first fails on these events: `<account>@<version>`. */
function balances(poison: ReadonlySet<string>) {
  const balance = (name: string, isFragile: boolean) =>
    projection(name, {
      version: 1,
      from: [account],
      key: ({ stream }) => stream.id,
      into: table({ id: t.key(), cents: t.integer() }),
      on: {
        "account.Deposited": (row, { stream, version, data }) => {
          if (isFragile && poison.has(`${stream.id}@${version}`)) throw new TypeError("no");
          return { cents: (row?.cents ?? 0) + data.cents };
        },
      },
    });
  const [fragile, sturdy] = [balance("fragile", true), balance("sturdy", false)];
  const centsIn = (name: string, from: typeof fragile) =>
    query(name, {
      input: z.object({ id: z.string() }),
      from: [from],
      run: async ({ id }, { read }) => (await read[from.name]?.get(id))?.cents ?? 0,
    });
  return app({
    aggregates: [account],
    projections: [fragile, sturdy],
    queries: [centsIn("fragileCents", fragile), centsIn("sturdyCents", sturdy)],
  });
}

async function opened({ partitions = 1, poisoned }: { partitions?: number; poisoned: readonly string[] }) {
  const poison = new Set(poisoned);
  const engine = memoryEngine({ partitions });
  const parking = { ...defaultSettings.parking, retries: 0 };
  const settings = { parking, stepIntervalMs: 0 };
  const runtime = createRuntime(balances(poison), { engine, environment: realEnvironment, settings });
  await runtime.start();
  onTestFinished(() => runtime.stop());
  const request = (id: string) => ({ aggregate: "account", id, command: "Deposit", data: { cents: 1 } });
  const deposit = async (id: string) => ((await runtime.dispatch(request(id))) as Accepted).token;
  const ask = (name: string, id: string, after: string | readonly string[]) =>
    runtime.ask(name, { id }, { after, waitMs: 60_000 });
  return { poison, engine, runtime, request, deposit, ask };
}

const refusal = (stream: string, version: number) => ({
  ok: false,
  reason: "parked",
  parked: { projection: "fragile", stream, version },
});

describe.each([1, 3])("G6 with %d partitions, a query after a command of a parked stream", (partitions) => {
  it("is refused instead of answered without it, until the stream was redriven", async () => {
    const { poison, runtime, deposit, ask } = await opened({ partitions, poisoned: ["a@2"] });

    const tokens = [await deposit("a"), await deposit("a"), await deposit("a")] as const;
    const other = await deposit("b");

    expect(await ask("fragileCents", "a", tokens[1])).toEqual(refusal("account-a", 2));
    expect(await ask("fragileCents", "a", tokens[2])).toEqual(refusal("account-a", 2));
    expect(await ask("fragileCents", "a", tokens)).toEqual(refusal("account-a", 2));
    expect(await ask("fragileCents", "a", tokens[0])).toMatchObject({ ok: true, value: 1 });
    expect(await ask("fragileCents", "b", other)).toMatchObject({ ok: true, value: 1 });
    expect(await ask("sturdyCents", "a", tokens)).toMatchObject({ ok: true, value: 3 });
    poison.clear();
    await runtime.redrive({ projection: "fragile" });

    expect(await ask("fragileCents", "a", tokens)).toMatchObject({ ok: true, value: 3 });
  });

  it("is refused by any stream that was written together with others", async () => {
    const { runtime, request, ask } = await opened({ partitions, poisoned: ["a@1"] });

    const outcome = await runtime.executeTogether(["a", "b", "c"].map(request));

    const { token } = outcome as Extract<typeof outcome, { ok: true }>;
    expect(await ask("fragileCents", "b", token)).toEqual(refusal("account-a", 1));
  });

  it("is refused also when another read model has told that it includes the command", async () => {
    const { deposit, ask } = await opened({ partitions, poisoned: ["a@1"] });
    const tokens = [await deposit("a"), await deposit("b"), await deposit("b")];

    const elsewhere = await ask("sturdyCents", "a", tokens);
    const { token = "" } = elsewhere as Extract<typeof elsewhere, { ok: true }>;

    expect(await ask("fragileCents", "a", token)).toEqual(refusal("account-a", 1));
  });
});

it("costs no read besides the checkpoint while nothing is parked in the partition", async () => {
  const { engine, deposit, ask } = await opened({ poisoned: [] });
  const token = await deposit("a");
  await ask("fragileCents", "a", token);
  const { parking } = engine.readModels;
  const calls = [vi.spyOn(parking, "get"), vi.spyOn(parking, "list"), vi.spyOn(parking, "count")];
  const [reached, read] = [vi.spyOn(parking, "reached"), vi.spyOn(engine.eventFeed, "read")];

  expect(await ask("fragileCents", "a", token)).toMatchObject({ ok: true, value: 1 });

  expect(reached.mock.calls.map(([model]) => model.name)).toEqual(["fragile"]);
  expect(read.mock.calls.filter(([, , limit]) => limit < defaultSettings.eventsPerStep)).toEqual([]);
  for (const call of calls) expect(call).not.toHaveBeenCalled();
});
