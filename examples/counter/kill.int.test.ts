import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment } from "@foldstream/node";
import { sqliteEngine } from "@foldstream/sqlite";
import { createRuntime } from "foldstream";
import { expect, it } from "vitest";
import { runProgram } from "../../tests/child-program.ts";
import app, { counter, total } from "./counter.ts";

const rounds = 10;
const data = mkdtempSync(join(tmpdir(), "foldstream-kill-"));
const path = join(data, "counter.db");

/** Commands by what the process said of them: id to counter. */
function commandsIn(output: string, word: "try" | "ok"): Map<string, string> {
  const lines = output.matchAll(new RegExp(`^${word} (\\S+) (\\d)\\n`, "gm"));
  return new Map([...lines].map(([, id = "", name = ""]) => [id, name]));
}

/** Lets the process acknowledge a number of commands that differs each time, then kills it in the middle of its work. */
async function killedInRound(round: number): Promise<string> {
  const program = runProgram("examples/counter/test/busy-process.ts", [path, `r${round}`]);
  const acknowledged = 200 + ((round * 7_919) % 1_500);
  await program.printed(new RegExp(`^ok r${round}-0*${acknowledged} `, "m"));
  program.process.kill("SIGKILL");
  expect(await program.ended).toBe("SIGKILL");
  return program.output();
}

async function openApp() {
  const engine = sqliteEngine({ path });
  const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
  await runtime.start();
  return { engine, runtime };
}

async function executedOn(runtime: Awaited<ReturnType<typeof openApp>>["runtime"], id: string): Promise<string[]> {
  const ids: string[] = [];
  for (let after = 0, more = true; more; after += 1_000) {
    const page = await runtime.readStream("counter", id, { after, limit: 1_000 });
    ids.push(...page.events.map(({ metadata }) => metadata.commandId));
    more = page.more;
  }
  return ids;
}

it(`G10 loses and doubles nothing when the whole app is killed ${rounds} times under load`, async () => {
  const tried = new Map<string, string>();
  const acknowledged = new Map<string, string>();
  for (let round = 0; round < rounds; round++) {
    const output = await killedInRound(round);
    for (const [id, name] of commandsIn(output, "try")) tried.set(id, name);
    for (const [id, name] of commandsIn(output, "ok")) acknowledged.set(id, name);
  }

  const { engine, runtime } = await openApp();
  const before = new Set((await Promise.all(["0", "1", "2"].map((id) => executedOn(runtime, id)))).flat());
  expect([...acknowledged.keys()].filter((id) => !before.has(id))).toEqual([]);
  const unanswered = [...tried].filter(([id]) => !acknowledged.has(id));
  expect(unanswered.length).toBeGreaterThan(0);
  let token = "";
  for (const [commandId, id] of unanswered) {
    const outcome = await runtime.execute(counter, id, "Increment", { by: 1 }, { commandId });
    expect(outcome).toMatchObject({ ok: true, replayed: before.has(commandId) });
    if (outcome.ok) token = outcome.token;
  }

  for (const id of ["0", "1", "2"]) {
    const wanted = [...tried].filter(([, name]) => name === id).map(([commandId]) => commandId);
    expect((await executedOn(runtime, id)).sort()).toEqual(wanted.sort());
    expect(await runtime.query(total, { id }, { after: token })).toEqual({ ok: true, value: wanted.length });
  }
  await runtime.stop();
  await engine.close();
  rmSync(data, { recursive: true, force: true });
}, 60_000);
