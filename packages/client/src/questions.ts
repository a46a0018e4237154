/** Asks queries so that the answers include what this client has written. */
import { kindOf, problemIn } from "./problem.ts";
import type { Tokens } from "./tokens.ts";
import { type Answer, send, type TransportOptions } from "./transport.ts";
import type { AskOptions } from "./types.ts";

export interface Question {
  readonly url: string;
  readonly body: string;
  readonly options: { readonly [option in keyof AskOptions]: AskOptions[option] | undefined };
}

export interface QuestionSide {
  readonly transport: TransportOptions;
  /** Headers of every request. */
  readonly common: () => Promise<Readonly<Record<string, string>>>;
  /** Those of this client's commands. */
  readonly tokens: Tokens;
}

export class Questions {
  readonly #side: QuestionSide;

  constructor(side: QuestionSide) {
    this.#side = side;
  }

  /** A read model that has reached one part of the tokens stays there: the last answer includes all of them. */
  async ask(question: Question): Promise<Answer> {
    const [first = [], ...rest] = this.#partsOf(question);
    let answer = await this.#askAfter(question, first);
    for (const part of rest) if (isAnswered(answer)) answer = await this.#askAfter(question, part);
    return answer;
  }

  /** The tokens that are still to be sent once all that do not fit one request have been asked for. */
  async tokensLeft(question: Question): Promise<readonly string[]> {
    const parts = this.#partsOf(question);
    const last = parts.at(-1) ?? [];
    for (const part of parts.slice(0, -1)) if (!isAnswered(await this.#askAfter(question, part))) return part;
    return last;
  }

  #partsOf({ options: { after } }: Question): readonly (readonly string[])[] {
    if (after === undefined) return this.#side.tokens.parts();
    return [after === false ? [] : [after].flat()];
  }

  async #askAfter({ url, body, options }: Question, after: readonly string[]): Promise<Answer> {
    const { transport, common, tokens } = this.#side;
    const headers = { ...(await common()), ...tokenHeader(after), ...preferHeader(options) };
    const answer = await send(
      { url, headers, body, signal: options.signal, commandId: undefined },
      transport,
      isSettled,
    );
    const reached = answer.headers.get("consistency-token");
    if (reached) tokens.replace(after, reached);
    return answer;
  }
}

export function tokenHeader(tokens: readonly string[]): Record<string, string> {
  return tokens.length > 0 ? { "consistency-token": tokens.join(", ") } : {};
}

function preferHeader({ waitMs }: Question["options"]): Record<string, string> {
  return waitMs === undefined ? {} : { prefer: `wait=${Math.ceil(waitMs / 1_000)}` };
}

function isAnswered({ status }: Answer): boolean {
  return status === 200;
}

/** The caller has set how long to wait for consistency, and what is parked waits for people: those answers are not asked for again. */
function isSettled(answer: Answer): boolean {
  return ["not-yet-consistent", "parked"].includes(kindOf(problemIn(answer)));
}
