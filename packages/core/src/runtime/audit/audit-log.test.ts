import { describe, expect, it } from "vitest";
import { runtimeOn, settledBank } from "../../../test/audits.ts";
import type { Engine, FedEvent } from "../../port/index.ts";

const filled = () =>
  settledBank(async (run) => {
    for (const cents of [10, 20]) for (const id of ["a", "b", "c", "d", "e"]) await run(id, "Deposit", cents);
  });

/** The engine with another feed: what is read of each page goes through `change`. */
function withFeed(engine: Engine, change: (events: readonly FedEvent[]) => readonly FedEvent[]): Engine {
  const { eventFeed } = engine;
  const read: typeof eventFeed.read = async (...place) => {
    const page = await eventFeed.read(...place);
    return { ...page, events: change(page.events) };
  };
  return { ...engine, eventFeed: { ...eventFeed, read } };
}

describe("an audit of the log", () => {
  it.each([100, 2])("G8 finds nothing in a log that is whole, %i streams at a time", async (auditKeysPerPass) => {
    const { engine } = await filled();

    const audit = await runtimeOn(engine, { auditKeysPerPass }).auditLog();

    expect(audit).toEqual({ ok: true, events: 10, receipts: 10, problems: [] });
  });

  it.each<[string, (events: readonly FedEvent[]) => readonly FedEvent[], RegExp]>([
    [
      "a gap",
      (events) => events.filter(({ stream, version }) => stream !== "account-c" || version !== 1),
      /account-c: version 2 comes after 0/,
    ],
    ["an event that comes twice", (events) => events.flatMap((event) => [event, event]), /version 1 comes after 1/],
    ["events out of order", (events) => events.toReversed(), /position \d+ comes after \d+/],
  ])("G8 finds %s", async (_, change, problem) => {
    const { engine } = await filled();

    const { ok, problems } = await runtimeOn(withFeed(engine, change)).auditLog();

    expect(problems.join("\n")).toMatch(problem);
    expect(ok).toBe(false);
  });

  it("G8 finds a receipt of a version that is not there", async () => {
    const { engine } = await filled();
    const receipt = { commandId: "ghost", fingerprint: "1.2", version: 9 };
    await engine.eventStore.append([{ stream: "account-a", expected: 2, events: [], receipts: [receipt] }]);

    const { problems } = await runtimeOn(engine).auditLog();

    expect(problems).toEqual(["account-a: the receipt of command ghost names version 9, which is not there"]);
  });
});
