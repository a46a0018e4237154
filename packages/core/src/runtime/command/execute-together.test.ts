import { describe, expect, it } from "vitest";
import { account } from "../../../test/bank.ts";
import { runtimeOn, withStore } from "../../../test/bank-runtimes.ts";
import { memoryEngine } from "../../memory/index.ts";

describe("executeTogether", () => {
  const command = (id: string, name: string, cents: number) => ({
    aggregate: "account",
    id,
    command: name,
    data: { cents },
  });
  const transfer = [command("from", "Withdraw", 30), command("to", "Deposit", 30)];

  it("appends to all streams or to none", async () => {
    const runtime = runtimeOn(memoryEngine());

    const refused = await runtime.executeTogether([command("to", "Deposit", 30), command("from", "Withdraw", 30)]);
    await runtime.execute(account, "from", "Deposit", { cents: 50 });
    const done = await runtime.executeTogether(transfer);

    expect(refused).toMatchObject({ ok: false, index: 1, refused: { rejection: { code: "overdrawn" } } });
    expect(done).toMatchObject({ ok: true, outcomes: [{ version: 2 }, { version: 1 }] });
  });

  it("G2 replays the whole under its id, and refuses the id for another whole", async () => {
    const runtime = runtimeOn(memoryEngine());
    await runtime.execute(account, "from", "Deposit", { cents: 30 });
    await runtime.executeTogether(transfer, { commandId: "t" });

    const again = await runtime.executeTogether(transfer, { commandId: "t" });
    const other = await runtime.executeTogether([command("to", "Deposit", 1)], { commandId: "t" });

    expect(again).toMatchObject({ ok: true, outcomes: [{ replayed: true }, { replayed: true }] });
    expect(other).toMatchObject({ ok: false, refused: { reason: "command-id-reused" } });
    expect((await runtime.readStream("account", "to")).events).toHaveLength(1);
  });

  it("lets commands on one stream see each other", async () => {
    const outcome = await runtimeOn(memoryEngine()).executeTogether([
      command("1", "Deposit", 5),
      command("1", "Withdraw", 5),
    ]);

    expect(outcome).toMatchObject({ ok: true, outcomes: [{ version: 2 }, { version: 2 }] });
  });

  it("tells observers of its one append, and of each that was lost", async () => {
    const engine = memoryEngine();
    const appends: unknown[] = [];
    const runtime = runtimeOn(engine, { observer: { append: (observed) => appends.push(observed) } });
    await runtime.executeTogether([command("from", "Deposit", 50), ...transfer]);
    await runtimeOn(engine).execute(account, "to", "Deposit", { cents: 1 });
    await runtime.executeTogether([command("from", "Deposit", 50), command("to", "Deposit", 1)]);

    expect(appends).toEqual([
      { commands: 3, events: 3, result: "ok" },
      { commands: 2, events: 2, result: "version-conflict" },
      { commands: 2, events: 2, result: "ok" },
    ]);
  });

  it("decides on what it knows, looks at the log before it refuses, and keeps snapshots", async () => {
    const engine = memoryEngine();
    const reads: string[] = [];
    const spied = withStore(engine, (store) => ({
      read(stream, options) {
        reads.push(`${stream} after ${options.after}`);
        return store.read(stream, options);
      },
    }));
    const [runtime, elsewhere] = [runtimeOn(spied), runtimeOn(engine)];
    await runtime.executeTogether(Array.from({ length: 12 }, () => command("from", "Deposit", 5)));
    await runtime.executeTogether([command("to", "Deposit", 30)]);
    reads.length = 0;

    const known = await runtime.executeTogether(transfer);
    const readFor = { known: reads.splice(0) };
    await elsewhere.execute(account, "from", "Deposit", { cents: 60 });
    const lost = await runtime.executeTogether(transfer);
    await elsewhere.execute(account, "from", "Deposit", { cents: 30 });
    reads.length = 0;
    const looked = await runtime.executeTogether([command("to", "Deposit", 90), command("from", "Withdraw", 90)]);

    expect([known, lost, looked].map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(readFor.known).toEqual([]);
    expect(reads).toEqual(["account-to after 3", "account-from after 15"]);
    expect(await engine.eventStore.readSnapshot("account-from")).toMatchObject({ version: 12 });
  });

  it("knows nothing of a stream whose append failed", async () => {
    const engine = memoryEngine();
    let failing = true;
    const runtime = runtimeOn(
      withStore(engine, (store) => ({
        async append(writes) {
          const result = await store.append(writes);
          if (failing) throw new Error("the answer was lost");
          return result;
        },
      })),
    );
    await expect(runtime.executeTogether([command("to", "Deposit", 30)], { commandId: "t" })).rejects.toThrow("lost");
    failing = false;

    const again = await runtime.executeTogether([command("to", "Deposit", 30)], { commandId: "t" });

    expect(again).toMatchObject({ ok: true, outcomes: [{ version: 1, replayed: true }] });
  });

  it("loses no money among 40 concurrent transfers and single commands", async () => {
    const engine = memoryEngine();
    const runtimes = [runtimeOn(engine), runtimeOn(engine)];
    await runtimes[0]?.execute(account, "a", "Deposit", { cents: 1_000 });
    await runtimes[0]?.execute(account, "b", "Deposit", { cents: 1_000 });

    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const [from, to] = index % 3 ? ["a", "b"] : ["b", "a"];
        const runtime = runtimes[index % 2];
        return index % 4
          ? runtime?.executeTogether([command(from ?? "", "Withdraw", 10), command(to ?? "", "Deposit", 10)])
          : runtime?.execute(account, "a", "Deposit", { cents: 1 });
      }),
    );

    expect(outcomes.every((outcome) => outcome?.ok)).toBe(true);
    const { events } = await (runtimes[0] as ReturnType<typeof runtimeOn>).readStream("account", "a", { limit: 1_000 });
    const { events: others } = await (runtimes[0] as ReturnType<typeof runtimeOn>).readStream("account", "b", {
      limit: 1_000,
    });
    const sum = [...events, ...others].reduce((total, { type, data }) => {
      const { cents } = data as { cents: number };
      return type === "account.Deposited" ? total + cents : total - cents;
    }, 0);
    expect(sum).toBe(2_010);
  });
});
