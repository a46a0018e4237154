import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { expect, it } from "vitest";
import { runProgram } from "../../tests/child-program.ts";
import { type EngineUnderTest, onEveryEngine } from "../engines/test/on-every-engine.ts";
import app, { counter, total } from "./counter.ts";

const counters = ["0", "1", "2"];
const patienceMs = 240_000;

/** Commands by what the processes said of them: id to counter. */
function commandsIn(output: string, word: "try" | "ok"): [id: string, counter: string][] {
  const lines = output.matchAll(new RegExp(`^${word} (\\S+) (\\d)\\n`, "gm"));
  return [...lines].map(([, id = "", name = ""]) => [id, name]);
}

function busyProcess({ engines, name }: EngineUnderTest, prefix: string, count?: number) {
  const args = [name, engines().folder, prefix, ...(count === undefined ? [] : [String(count)])];
  return runProgram("examples/counter/test/busy-process.ts", args);
}

/** Lets the process acknowledge a number of commands that differs each time, then kills it in the middle of its work. */
async function killedInRound(on: EngineUnderTest, round: number, most: number): Promise<string> {
  const program = busyProcess(on, `r${round}`);
  const acknowledged = 50 + ((round * 7_919) % most);
  await program.printed(new RegExp(`^ok r${round}-0*${acknowledged} `, "m"));
  program.process.kill("SIGKILL");
  expect(await program.ended).toBe("SIGKILL");
  return program.output();
}

async function openApp({ engines }: EngineUnderTest) {
  const engine = await engines().open("counter");
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  const close = () => runtime.stop().then(() => engine.close());
  return { runtime, close };
}

type Counters = Awaited<ReturnType<typeof openApp>>["runtime"];

async function executedOn(runtime: Counters, id: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = 0, more = true; more; after += 1_000) {
    const page = await runtime.readStream("counter", id, { after, limit: 1_000 });
    ids.push(...page.events.map(({ metadata }) => metadata.commandId));
    more = page.more;
  }
  return ids;
}

/** The log holds each of the commands once, and nothing else; so does the read model in the end, whatever partitions lag behind. */
async function expectExactly(runtime: Counters, commands: ReadonlyMap<string, string>): Promise<void> {
  for (const id of counters) {
    const wanted = [...commands].filter(([, name]) => name === id).map(([commandId]) => commandId);
    expect((await executedOn(runtime, id)).sort()).toEqual(wanted.sort());
    const shown = async () => {
      const answer = await runtime.query(total, { id });
      return answer.ok ? answer.value : answer.reason;
    };
    await expect.poll(shown, { timeout: patienceMs }).toBe(wanted.length);
  }
}

onEveryEngine((on) => {
  const rounds = on.name === "sqlite" ? 10 : 4;
  const most = on.name === "dynamodb" ? 150 : 1_500;

  it(
    `G10 loses and doubles nothing when the whole app is killed ${rounds} times under load`,
    async () => {
      const tried = new Map<string, string>();
      const acknowledged = new Map<string, string>();
      for (let round = 0; round < rounds; round++) {
        const output = await killedInRound(on, round, most);
        for (const [id, name] of commandsIn(output, "try")) tried.set(id, name);
        for (const [id, name] of commandsIn(output, "ok")) acknowledged.set(id, name);
      }

      const { runtime, close } = await openApp(on);
      const before = new Set((await Promise.all(counters.map((id) => executedOn(runtime, id)))).flat());
      expect([...acknowledged.keys()].filter((id) => !before.has(id))).toEqual([]);
      const unanswered = [...tried].filter(([id]) => !acknowledged.has(id));
      expect(unanswered.length).toBeGreaterThan(0);
      for (const [commandId, id] of unanswered) {
        const outcome = await runtime.execute(counter, id, "Increment", { by: 1 }, { commandId });
        expect(outcome).toMatchObject({ ok: true, replayed: before.has(commandId) });
      }

      await expectExactly(runtime, tried);
      await close();
    },
    patienceMs,
  );

  it(
    "G1 G2 ends exact when 48 clients in three processes press the same counters",
    async () => {
      const { runtime, close } = await openApp(on);
      const before = new Map(
        (
          await Promise.all(
            counters.map(async (id) => (await executedOn(runtime, id)).map((command) => [command, id] as const)),
          )
        ).flat(),
      );
      const each = on.name === "dynamodb" ? 120 : 2_000;

      const programs = ["a", "b", "c"].map((prefix) => busyProcess(on, prefix, each));
      const ends = await Promise.all(programs.map(({ ended }) => ended));

      expect(ends, programs.map((program) => program.output().slice(-500)).join("\n")).toEqual([0, 0, 0]);
      const pressed = programs.flatMap((program) => commandsIn(program.output(), "ok"));
      expect(pressed.length).toBeGreaterThanOrEqual(3 * each);
      await expectExactly(runtime, new Map([...before, ...pressed] as [string, string][]));
      await close();
    },
    patienceMs,
  );
});
