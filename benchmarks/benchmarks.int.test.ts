import { afterEach, expect, it } from "vitest";
import { type ChildProgram, runProgram } from "../tests/child-program.ts";
import { questions } from "./questions.ts";

const programs: ChildProgram[] = [];
afterEach(() => {
  for (const { process } of programs.splice(0)) process.kill("SIGKILL");
});

function bench(...args: string[]): ChildProgram {
  const program = runProgram("benchmarks/run.ts", args);
  programs.push(program);
  return program;
}

/** Each question on each engine it knows; one that brings its own is asked as it is. */
const asked = questions.flatMap((question) =>
  question.ownEngine
    ? [{ question, on: question.ownEngine.name, args: [question.name] }]
    : question.engines.map((engine) => ({ question, on: engine, args: [question.name, "--engine", engine] })),
);

it.for(asked)("answers $question.name on $on as JSON, the bare engine first, outcomes exact", async (one, { skip }) => {
  const { question, on, args } = one;
  const why = question.unavailable?.();
  if (why) return skip(why);
  const program = bench(...args, "--json", "--scale", "0.005", "--runs", "1");

  expect(await program.ended, program.output()).toBe(0);
  const output = program.output();
  const result = JSON.parse(output.slice(output.indexOf("{\n")));
  expect(result.question).toBe(question.name);
  expect(result.environment).toMatchObject({ node: process.version, cores: expect.any(Number) });
  expect(result.environment.engine.name.toLowerCase()).toContain(on.toLowerCase());
  if (!process.env.DATABASE_URL && !question.ownEngine)
    expect(result.environment.engine.durability).toMatch(/^synchronous(=FULL|_commit=on, fsync=on)$/);
  expect(result.rows[0]).toMatchObject({ subject: expect.stringMatching(/^bare/), ratio: 1 });
  for (const row of result.rows) {
    for (const figure of [row.perSecond, row.p50Ms, row.p99Ms, row.ratio]) expect(figure).toBeGreaterThan(0);
    expect(row.exact).not.toBe(false);
  }
});

it("lists its questions and suggests one for a misspelt name", async () => {
  const list = bench("--list");
  const wrong = bench("hot-conter");

  expect(await list.ended).toBe(0);
  for (const { name } of questions) expect(list.output()).toContain(name);
  expect(await wrong.ended).toBe(2);
  expect(wrong.output()).toContain('Did you mean "hot-counter"?');
});

it.each([
  [["append", "--runs", "few"], '--runs must be a positive number, found "few"'],
  [["append", "--scal", "1"], "Unknown option '--scal'"],
  [["http", "--engine", "postgres"], 'http is answered on sqlite, found --engine "postgres"'],
  [["append", "--engine", "oracle"], 'append is answered on sqlite and postgres, found --engine "oracle"'],
  [["dynamodb-cost", "--engine", "sqlite"], "dynamodb-cost is about DynamoDB alone: leave --engine out"],
  [["append", "--data", "nowhere"], "--data must name a folder that exists"],
])("refuses %j with exit code 2", async (args, message) => {
  const program = bench(...args);

  expect(await program.ended).toBe(2);
  expect(program.output()).toContain(message);
});
