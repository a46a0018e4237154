/** POST /commands: commands on several streams as one. */
import type { Accepted, CommandRequest, Issue, TogetherOutcome } from "foldstream";
import { idempotencyKey, traceparent } from "./command-headers.ts";
import { jsonBody } from "./json-body.ts";
import { invalidInput, problemResponse, RefusedRequest } from "./problem.ts";
import { commandProblem } from "./refusal.ts";
import type { Call } from "./route.ts";

type Part = Pick<CommandRequest, "aggregate" | "id" | "command" | "data">;

export async function answerTogether({ host, request, principal }: Call): Promise<Response> {
  const { headers } = request;
  refusePreconditions(headers);
  const commandId = idempotencyKey(headers);
  const trace = traceparent(headers);
  const commands = commandsIn(await jsonBody(request, host.bodyLimit));
  const outcome = await host.runtime.executeTogether(commands, {
    ...(commandId !== undefined && { commandId }),
    ...(trace !== undefined && { traceparent: trace }),
    ...(principal && { principal }),
  });
  return outcome.ok ? acceptedTogether(outcome) : refusedTogether(outcome);
}

/** A precondition speaks of one stream, and there are several. */
function refusePreconditions(headers: Headers): void {
  const sent = ["If-Match", "If-None-Match"].find((name) => headers.has(name));
  if (sent === undefined) return;
  throw new RefusedRequest(
    "invalid-header",
    `${sent} is for a single command: leave it out. What must hold is for the commands to decide. Nothing was executed.`,
  );
}

/** What the body asks for, in its order. @throws RefusedRequest that names everything that is missing. */
function commandsIn(body: unknown): readonly Part[] {
  const found = isObject(body) ? body.commands : undefined;
  if (!Array.isArray(found) || found.length === 0)
    throw invalid([{ pointer: "/commands", message: "expected an array of at least one command" }]);
  const issues = found.flatMap((command, index) => issuesOf(command, `/commands/${index}`));
  if (issues.length > 0) throw invalid(issues);
  return found.map(({ aggregate, id, command, data = {} }: Part) => ({ aggregate, id, command, data }));
}

function issuesOf(command: unknown, pointer: string): readonly Issue[] {
  if (!isObject(command)) return [{ pointer, message: "expected an object with aggregate, id, command and data" }];
  return ["aggregate", "id", "command"]
    .filter((name) => typeof command[name] !== "string")
    .map((name) => ({ pointer: `${pointer}/${name}`, message: "expected text" }));
}

function invalid(issues: readonly Issue[]): RefusedRequest {
  const { detail = "", errors = [] } = invalidInput(issues);
  return new RefusedRequest("invalid", detail, { errors });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function acceptedTogether({ outcomes, token }: Extract<TogetherOutcome, { readonly ok: true }>): Response {
  const headers: Record<string, string> = { "content-type": "application/json", "consistency-token": token };
  if (outcomes.every(({ replayed }) => replayed)) headers["idempotency-replayed"] = "true";
  return new Response(JSON.stringify({ outcomes: outcomes.map(written) }), { headers });
}

function written({ commandId, version, replayed }: Accepted) {
  return { commandId, version, replayed };
}

/** The problem of the command that stopped them all, which `commandIndex` names. */
function refusedTogether({ index, refused }: Extract<TogetherOutcome, { readonly ok: false }>): Response {
  const problem = commandProblem(refused);
  const errors = problem.errors?.map((error) => ({ ...error, pointer: `/commands/${index}/data${error.pointer}` }));
  return problemResponse({ ...problem, commandIndex: index, ...(errors && { errors }) });
}
