import { expect, it } from "vitest";
import { rateMs, Schedule } from "./schedule.ts";

it.each([
  ["rate(1 minute)", 60_000],
  ["rate(5 minutes)", 300_000],
  ["rate(1 hour)", 3_600_000],
  ["rate(2 days)", 172_800_000],
  ["cron(0 12 * * ? *)", undefined],
  ["", undefined],
])("reads %s as %s ms", (expression, ms) => expect(rateMs(expression)).toBe(ms));

it("wakes again and again with an event of EventBridge, until it is stopped", async () => {
  const events: unknown[] = [];
  await new Promise<void>((resolve) => {
    const schedule = new Schedule({
      everyMs: 1,
      send(event) {
        if (events.push(event) < 3) return;
        schedule.stop();
        resolve();
      },
    });
  });

  expect(events).toHaveLength(3);
  expect(events[0]).toMatchObject({ "detail-type": "Scheduled Event", source: "aws.events" });
});
