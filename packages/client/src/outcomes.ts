/** Answers of the server as the same values that a runtime in the process would give. */
import type { Accepted, Issue, NotYet, Refused } from "foldstream";
import { ClientError } from "./errors.ts";
import { kindOf, type Problem, problemIn } from "./problem.ts";
import type { Answer } from "./transport.ts";
import type { AskOutcome, ExecuteOutcome, ExecuteTogetherOutcome, OtherProblem } from "./types.ts";

export function commandOutcome(answer: Answer, commandId: string): ExecuteOutcome {
  if (answer.status !== 200) return refusedCommand(problemIn(answer), commandId);
  const { version, replayed } = bodyOf<{ readonly version: number; readonly replayed: boolean }>(answer, commandId);
  return { ok: true, commandId, version, token: answer.headers.get("consistency-token") ?? "", replayed };
}

/** Every command's outcome, or that of the one that stopped them all. */
export function togetherOutcome(answer: Answer, commandId: string): ExecuteTogetherOutcome {
  const token = answer.headers.get("consistency-token") ?? "";
  if (answer.status === 200) {
    const { outcomes } = bodyOf<{ readonly outcomes: readonly Omit<Accepted, "ok" | "token">[] }>(answer, commandId);
    return { ok: true, outcomes: outcomes.map((outcome) => ({ ok: true, ...outcome, token })), token };
  }
  const problem = problemIn(answer);
  const refused = refusedCommand(problem, commandId);
  if (refused.reason === "problem" || problem.commandIndex === undefined)
    return { ok: false, reason: "problem", problem };
  return { ok: false, index: problem.commandIndex, refused };
}

function refusedCommand(problem: Problem, commandId: string): Refused | OtherProblem {
  switch (kindOf(problem)) {
    case "invalid":
      return { ok: false, reason: "invalid", issues: issuesIn(problem) };
    case "rejected":
      return rejected(problem);
    case "version-conflict":
    case "contention":
      return {
        ok: false,
        reason: "version-conflict",
        expected: problem.expectedVersion,
        actual: problem.actualVersion ?? 0,
      };
    case "idempotency-key-reused":
      return { ok: false, reason: "command-id-reused", commandId };
    default:
      return { ok: false, reason: "problem", problem };
  }
}

function rejected(problem: Problem): Refused {
  const { code, message, details } = problem.rejection ?? { code: problem.code, message: problem.detail ?? "" };
  return { ok: false, reason: "rejected", rejection: { code, message, ...(details && { details }) } };
}

export function queryOutcome<Out>(answer: Answer): AskOutcome<Out> {
  if (answer.status === 200) return { ok: true, value: bodyOf<Out>(answer, undefined) };
  const problem = problemIn(answer);
  switch (kindOf(problem)) {
    case "invalid":
      return { ok: false, reason: "invalid", issues: issuesIn(problem) };
    case "rebuilding":
      return { ok: false, reason: "rebuilding", projection: problem.projection ?? "" };
    case "parked":
      return { ok: false, reason: "parked", parked: problem.parked ?? { projection: "", stream: "", version: 0 } };
    case "not-yet-consistent":
      return {
        ok: false,
        reason: "not-yet-consistent",
        waitedMs: problem.waitedMs ?? 0,
        waitingFor: waitingFor(problem),
      };
    default:
      return { ok: false, reason: "problem", problem };
  }
}

function waitingFor({ waitingFor: found }: Problem): NotYet {
  return { projection: found?.projection ?? "", target: found?.target, position: found?.position ?? 0 };
}

function issuesIn({ errors = [] }: Problem): readonly Issue[] {
  return errors.map(({ pointer, detail }) => ({ pointer, message: detail }));
}

function bodyOf<T>({ text }: Answer, commandId: string | undefined): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new ClientError(
      "bad-response",
      "The answer is not JSON. Check that `baseUrl` leads to a Foldstream server.",
      { cause, commandId },
    );
  }
}
