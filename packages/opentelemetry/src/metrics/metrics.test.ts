import { createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { expect, it, vi } from "vitest";
import { realEnvironment } from "../../../core/test/bank.ts";
import { counter, counters, total } from "../../../http/test/counters.ts";
import { recordedMetrics } from "../../test/recorded.ts";
import { openTelemetry } from "../index.ts";

async function worked() {
  const { meter, collect } = recordedMetrics();
  const { observer, watch } = openTelemetry({ meter });
  const runtime = createRuntime(counters, { engine: memoryEngine(), environment: realEnvironment, observer });
  const unwatch = watch(runtime);
  await runtime.start();
  await runtime.execute(counter, "secret-id", "Increment", { by: 2 });
  const outcome = await runtime.execute(counter, "secret-id", "Increment", { by: 2 });
  await runtime.execute(counter, "secret-id", "Decrement", { by: 9 });
  await runtime.query(total, { id: "secret-id" }, { after: outcome.ok ? outcome.token : "" });
  await runtime.audit();
  await runtime.stop();
  return { collect, unwatch, runtime };
}

it("counts commands, appends, steps, queries and audits by the names that the app declares", async () => {
  const { collect } = await worked();

  const points = await collect();

  const of = { "foldstream.aggregate": "counter" };
  expect(points.get("foldstream.command.duration")).toMatchObject([
    { attributes: { ...of, "foldstream.command": "Increment", "foldstream.outcome": "accepted" }, value: { count: 2 } },
    { attributes: { ...of, "foldstream.command": "Decrement", "foldstream.outcome": "rejected" }, value: { count: 1 } },
  ]);
  expect(points.get("foldstream.append.events")).toMatchObject([{ value: 2 }]);
  expect(points.get("foldstream.append.commands")).toMatchObject([{ attributes: { "foldstream.result": "ok" } }]);
  expect(points.get("foldstream.step.events")).toMatchObject([
    { attributes: { "foldstream.consumer": "totals" }, value: 2 },
  ]);
  expect(points.get("foldstream.query.duration")).toMatchObject([
    { attributes: { "foldstream.query": "total", "foldstream.outcome": "answered" }, value: { count: 1 } },
  ]);
  expect(points.get("foldstream.audit.rows")).toMatchObject([{ value: 1 }]);
});

it("tells how each consumer does, from one status a collection", async () => {
  const { collect, unwatch, runtime } = await worked();
  const status = vi.spyOn(runtime, "status");

  const points = await collect();

  expect(status).toHaveBeenCalledOnce();
  const attributes = { "foldstream.consumer": "totals" };
  const inPartition = { ...attributes, "foldstream.partition": "0" };
  expect(points.get("foldstream.consumer.position")).toMatchObject([{ attributes: inPartition, value: 2 }]);
  expect(points.get("foldstream.consumer.lag")).toMatchObject([{ attributes: inPartition, value: 0 }]);
  expect(points.get("foldstream.consumer.lag.age")).toMatchObject([{ attributes: inPartition, value: 0 }]);
  expect(points.get("foldstream.consumer.health")).toMatchObject([
    { attributes: { ...attributes, "foldstream.health": "idle" }, value: 1 },
  ]);
  expect(points.get("foldstream.consumer.parked")).toMatchObject([{ attributes, value: 0 }]);
  expect(points.get("foldstream.consumer.audit.ok")).toMatchObject([{ attributes, value: 1 }]);
  unwatch();
  await collect();
  expect(status).toHaveBeenCalledOnce();
});

it("holds no ids", async () => {
  const { collect } = await worked();

  expect(JSON.stringify([...(await collect())])).not.toContain("secret-id");
});
