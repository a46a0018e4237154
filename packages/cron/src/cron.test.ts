import { describe, expect, it } from "vitest";
import { cron } from "./index.ts";

/** The next so many instants after one. */
function runs(schedule: ReturnType<typeof cron>, after: string, count: number): string[] {
  const found: string[] = [];
  for (let at = schedule.next(Date.parse(after)); at !== undefined && found.length < count; at = schedule.next(at)) {
    found.push(new Date(at).toISOString());
  }
  return found;
}

describe("cron", () => {
  it("gives the first instant after another, in UTC unless told otherwise", () => {
    expect(runs(cron("30 3 * * 1"), "2026-11-21T12:00:00.000Z", 2)).toEqual([
      "2026-11-23T03:30:00.000Z",
      "2026-11-30T03:30:00.000Z",
    ]);
    expect(runs(cron("0 * * * *"), "2026-11-21T12:00:00.000Z", 1)).toEqual(["2026-11-21T13:00:00.000Z"]);
  });

  it("runs once on the day that lacks the hour, and once on the day that has it twice", () => {
    const daily = cron("30 2 * * *", { timezone: "Europe/Berlin" });

    expect(runs(daily, "2026-03-28T12:00:00.000Z", 2)).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    expect(runs(daily, "2026-10-24T12:00:00.000Z", 2)).toEqual([
      "2026-10-25T00:30:00.000Z",
      "2026-10-26T01:30:00.000Z",
    ]);
  });

  it("gives nothing where nothing follows", () => {
    expect(cron("0 0 31 2 *").next(0)).toBeUndefined();
  });

  it.each([
    ["* * * *", "UTC"],
    ["61 * * * *", "UTC"],
    ["often", "UTC"],
    ["* * * * *", "Europe/Atlantis"],
  ])("refuses %s in %s", (expression, timezone) => {
    expect(() => cron(expression, { timezone })).toThrow(`cron("${expression}"): expected`);
  });
});
