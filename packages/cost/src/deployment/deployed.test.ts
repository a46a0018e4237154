import { expect, it } from "vitest";
import { deployedBy } from "./deployed.ts";

it("reads functions, schedules, queue, alarms and page from the templates", () => {
  const functions = { http: { memoryMb: 256 }, queue: {}, audit: {}, sweep: {} };

  const deployed = deployedBy({ name: "shop", functions, commandQueue: "fifo", page: {}, logDays: 90 });

  expect(deployed).toMatchObject({ commandQueue: "fifo", dashboards: 1, logDays: 90, page: true });
  expect(Object.keys(deployed.functions).sort()).toEqual(["audit", "http", "queue", "sweep", "worker"]);
  expect(deployed.functions.http).toEqual({ memoryMb: 256, timeoutSeconds: 29 });
  expect(deployed.scheduled).toEqual({ worker: 730 * 60, audit: 730, sweep: expect.closeTo(730 / 24, 9) });
  expect(deployed.alarms).toBeGreaterThan(15);
});

it("has neither queue nor page where there is none", () => {
  expect(deployedBy({ name: "counter" })).toMatchObject({ commandQueue: undefined, page: false });
});

it("refuses what cannot be deployed", () => {
  expect(() => deployedBy({ name: "Counter" })).toThrow(expect.objectContaining({ code: "invalid-topology" }));
});
