/** A client over HTTP: sends a command until it has its answer, under the same id. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Book } from "./book.ts";
import type { Chance } from "./chance.ts";
import type { Load } from "./loads.ts";

/** Sent again: throttled, another append was first, or nobody knows how it ended. */
const again = new Set([412, 429, 500, 502, 503]);

const patienceMs = 400_000;
const longestPauseMs = 3_000;

export interface Client {
  readonly url: string;
  readonly load: Load;
  readonly book: Book;
  readonly chance: Chance;
}

export interface Outcome {
  readonly version: number;
  readonly token: string;
}

/** Resolves with the last answer. `times` is how often one is asked for. */
export async function send(client: Client, commandId: string, stream: string, times = 1): Promise<Outcome> {
  const { book } = client;
  book.accept(commandId, stream, "http");
  let outcome: Outcome = { version: 0, token: "" };
  const until = Date.now() + patienceMs;
  for (let answers = 0, tries = 0; answers < times; tries++) {
    const answer = await attempt(client, commandId, stream);
    if (answer.status === 200) {
      outcome = { version: (answer.body as Outcome).version, token: answer.token };
      book.answer(commandId, outcome.version);
      answers++;
      tries = 0;
    } else if (again.has(answer.status) && Date.now() < until) {
      book.unanswered++;
      await sleep(client.chance.below(Math.min(100 * 2 ** tries, longestPauseMs)));
    } else {
      book.refused.push(`${commandId}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return outcome;
    }
  }
  return outcome;
}

async function attempt({ url, load }: Client, commandId: string, stream: string): Promise<Answer> {
  return answerOf(`${url}/api/commands/${load.aggregate}/${stream}/${load.command}`, {
    method: "POST",
    body: JSON.stringify(load.data),
    headers: { "content-type": "application/json", "idempotency-key": commandId },
  });
}

/** What the query tells once it includes the token. @throws Error when it does not for minutes. */
export async function ask({ url, load }: Client, stream: string, token: string): Promise<unknown> {
  const headers = { "consistency-token": token, prefer: "wait=5" };
  let answer: Answer | undefined;
  for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(200)) {
    answer = await answerOf(`${url}/api/queries/${load.query}?id=${stream}`, { headers });
    if (answer.status === 200) return answer.body;
  }
  throw new Error(`The query of ${stream} was never answered: ${answer?.status} ${JSON.stringify(answer?.body)}.`);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly token: string;
}

/** A connection that was cut tells as little as a function that failed. */
async function answerOf(url: string, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, request);
    const token = response.headers.get("consistency-token") ?? "";
    return { status: response.status, body: await response.json(), token };
  } catch (error) {
    return { status: 502, body: String(error), token: "" };
  }
}
