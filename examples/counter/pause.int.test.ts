import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { expect, it, onTestFinished } from "vitest";
import { type ChildProgram, runProgram } from "../../tests/child-program.ts";
import { type EngineUnderTest, onEveryEngine } from "../engines/test/on-every-engine.ts";
import app, { counter, total } from "./counter.ts";

const counters = ["0", "1", "2"];
const patienceMs = 120_000;

function worker({ name, engines }: EngineUnderTest, freezeAtWrite: number): ChildProgram {
  const args = [name, engines().folder, String(freezeAtWrite)];
  const program = runProgram("examples/counter/test/pausing-process.ts", args);
  onTestFinished(async () => {
    program.process.kill("SIGKILL");
    await program.ended;
  });
  return program;
}

/** Continues a frozen process, again and again until it says how its write ended: it may be about to freeze. */
async function continued(program: ChildProgram): Promise<string | undefined> {
  const outcome = () => {
    program.process.kill("SIGCONT");
    return /^freezing\nwrote (.+)$/m.exec(program.output())?.[1];
  };
  await expect.poll(outcome, { timeout: patienceMs }).toBeDefined();
  return outcome();
}

/** Increments all counters again and again, until something has happened. Resolves with the last token of each. */
async function incrementUntil(runtime: ReturnType<typeof createRuntime<typeof app>>, happened: Promise<unknown>) {
  let over = false;
  const ended = happened.finally(() => {
    over = true;
  });
  let times = 0;
  let tokens: string[] = [];
  do {
    const outcomes = await Promise.all(counters.map((id) => runtime.execute(counter, id, "Increment", { by: 1 })));
    tokens = outcomes.map((outcome) => (outcome.ok ? outcome.token : ""));
    times++;
  } while (!over);
  await ended;
  return { times, tokens };
}

onEveryEngine(
  (on) => {
    it(
      "G4 G10 a worker that was frozen between fold and write writes nothing once its lease has moved",
      async () => {
        const engine = await on.engines().open(app.name);
        onTestFinished(() => engine.close());
        const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
        await runtime.prepare();

        const first = worker(on, 3);
        const before = await incrementUntil(runtime, first.printed(/^freezing$/m));
        const second = worker(on, 1);
        await second.printed(/^took 2$(?:.*\n)*freezing$/m);

        expect(await continued(first)).toBe("1 lease-lost");
        expect(first.output()).toMatch(/^took 1\nwrote 1 ok\nwrote 1 ok\nfreezing\n/);
        await continued(second);
        const after = await incrementUntil(runtime, Promise.resolve());
        for (const [index, id] of counters.entries()) {
          const answer = await runtime.query(total, { id }, { after: after.tokens[index] ?? "", waitMs: patienceMs });
          expect(answer).toMatchObject({ ok: true, value: before.times + after.times });
        }
      },
      patienceMs,
    );
  },
  ["postgres"],
);
