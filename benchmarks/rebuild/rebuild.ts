/** How fast is a read model rebuilt beside the live one, beside a projection that catches up and a loop by hand over the same log? */
import { app } from "@foldstream/example-counter";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { type BenchEngine, placed } from "../engines/bench-engine.ts";
import { bare, bareProjection, fill, projected } from "../project/project.ts";
import type { Question, Subject } from "../question.ts";

export const rebuild: Question = {
  name: "rebuild",
  about: "a read model is built again beside the live one, beside a projection that catches up and a hand-written loop",
  engines: ["sqlite", "postgres"],
  subjects: ({ scale }, engine) => {
    const count = Math.ceil(200_000 * scale);
    return [
      { name: bare, bare, run: bareProjection(engine, count) },
      { name: "live: one projection catches up", bare, run: projected(engine, count) },
      { name: "rebuild, the live one idle beside it", bare, run: rebuilt(engine, count) },
    ];
  },
};

function rebuilt(bench: BenchEngine, count: number): Subject["run"] {
  return placed(bench, async (place) => {
    await fill(place, count);
    const engine = place.engine();
    const latencies: number[] = [];
    const step = ({ ms }: { readonly ms: number }) => void latencies.push(ms);
    const runtime = createRuntime(app, { engine, environment: nodeEnvironment(), observer: { step } });
    await runtime.start();
    while ((await runtime.builds.list("totals")).some(({ lag }) => lag > 0)) await new Promise(setImmediate);
    latencies.length = 0;
    const began = performance.now();
    await runtime.builds.rebuild("totals", { switch: false });
    const seconds = (performance.now() - began) / 1000;
    const { equal, build } = await runtime.builds.compare("totals");
    await runtime.stop();
    await engine.close();
    return { count, seconds, latencies, exact: equal && build.rows > 0 };
  });
}
