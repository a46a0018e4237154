import { createRuntime } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { describe, expect, it, vi } from "vitest";
import { counter, counters, total } from "../../../http/test/counters.ts";
import { nodeEnvironment, prometheusMetrics } from "../index.ts";

/** Samples by their full name, labels included. */
function samplesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  );
}

async function worked() {
  const metrics = prometheusMetrics({ process: false });
  const runtime = createRuntime(counters, {
    engine: memoryEngine(),
    environment: nodeEnvironment(),
    observer: metrics.observer,
  });
  metrics.watch(runtime);
  await runtime.start();
  await runtime.execute(counter, "secret-id", "Increment", { by: 2 });
  const outcome = await runtime.execute(counter, "secret-id", "Increment", { by: 2 });
  await runtime.execute(counter, "secret-id", "Decrement", { by: 9 });
  await runtime.query(total, { id: "secret-id" }, { after: outcome.ok ? outcome.token : "" });
  await runtime.stop();
  return metrics;
}

describe("metrics", () => {
  it("count commands, appends, events, steps and queries under the names of the convention", async () => {
    const { body, contentType } = await (await worked()).expose();

    const samples = samplesIn(body);
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(Object.fromEntries(samples)).toMatchObject({
      'foldstream_commands_total{aggregate="counter",command="Increment",outcome="accepted"}': 2,
      'foldstream_commands_total{aggregate="counter",command="Decrement",outcome="rejected"}': 1,
      'foldstream_command_duration_seconds_count{aggregate="counter",command="Increment"}': 2,
      'foldstream_command_duration_seconds_bucket{aggregate="counter",command="Increment",le="+Inf"}': 2,
      foldstream_append_conflicts_total: 0,
      foldstream_events_appended_total: 2,
      'foldstream_projection_events_total{projection="totals"}': 2,
      'foldstream_projection_position{projection="totals",partition="0"}': 2,
      'foldstream_projection_lag_events{projection="totals",partition="0"}': 0,
      'foldstream_projection_lag_seconds{projection="totals",partition="0"}': 0,
      'foldstream_projection_health{projection="totals",health="idle"}': 1,
      'foldstream_projection_parked_streams{projection="totals"}': 0,
      'foldstream_queries_total{query="total",outcome="answered"}': 1,
    });
    expect(body).not.toContain("secret-id");
  });

  it("follow the rules that promtool checks: help, type, units, counters in _total, cumulative buckets", async () => {
    const { body } = await (await worked()).expose();

    const helps = [...body.matchAll(/^# HELP (\S+) \S.*$/gm)].map(([, name]) => name);
    const types = new Map([...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    expect(helps).toEqual([...types.keys()]);
    for (const [name, type] of types) {
      expect(name).toMatch(/^foldstream_[a-z_]+$/);
      expect(name?.endsWith("_total")).toBe(type === "counter");
    }
    const buckets = [...samplesIn(body)].filter(([name]) => name.startsWith("foldstream_commands_per_append_bucket"));
    const counts = buckets.map(([, count]) => count);
    expect(counts).toEqual(counts.toSorted((left, right) => left - right));
    for (const line of body.split("\n")) expect(line).toMatch(/^(#.*|[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? [0-9.e+-]+|)$/);
  });

  it("ask for the status once per scrape", async () => {
    const { watch, expose } = prometheusMetrics({ process: false });
    const status = vi.fn(async () => ({ accepting: true, worker: "w", projections: [], policies: [] }));
    watch({ status });

    await expose();
    await expose();

    expect(status).toHaveBeenCalledTimes(2);
  });

  it("hold a bounded number of names, whatever callers send", async () => {
    const { observer, expose } = prometheusMetrics({ process: false });
    for (let index = 0; index < 1_000; index++)
      observer.query?.({ query: `q${index}`, outcome: "failed", ms: 1, waitedMs: 0 });

    const names = [...samplesIn((await expose()).body)].filter(([name]) => name.startsWith("foldstream_queries_total"));

    expect(names.length).toBeLessThanOrEqual(201);
    expect(names.at(-1)).toEqual(['foldstream_queries_total{query="other",outcome="failed"}', 800]);
  });

  it("include the process unless told otherwise", async () => {
    expect((await prometheusMetrics().expose()).body).toContain("process_cpu_seconds_total");
  });
});
