/**
 * A transaction that comes again with the same ClientRequestToken within ten minutes is not done again (docs: "Amazon DynamoDB
 * Transactions: How it works"). The SDK sends a token of its own where it is given none; moto ignores it.
 */
import { createHash } from "node:crypto";
import type { WireAnswer } from "./engine-client.ts";
import { exception } from "./exception.ts";

const validityMs = 600_000;

interface Done {
  readonly contents: string;
  readonly answer: WireAnswer;
  readonly until: number;
}

interface Transaction {
  readonly ClientRequestToken?: string;
  readonly TransactItems?: unknown;
}

const mismatch = exception(
  400,
  "IdempotentParameterMismatchException",
  "The request uses the same client token as a previous, but non-identical request.",
);

export class TransactionTokens {
  readonly #now: () => number;
  readonly #done = new Map<string, Done>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Sends what has not succeeded before; else gives the first answer again. */
  async once(operation: string, body: Buffer, send: () => Promise<WireAnswer>): Promise<WireAnswer> {
    if (operation !== "TransactWriteItems") return send();
    const { ClientRequestToken: token, TransactItems } = JSON.parse(body.toString("utf8")) as Transaction;
    if (token === undefined) return send();
    this.#forgetOld();
    const contents = createHash("sha256").update(JSON.stringify(TransactItems)).digest("base64");
    const before = this.#done.get(token);
    if (before) return before.contents === contents ? before.answer : mismatch;
    const answer = await send();
    if (answer.status === 200) this.#done.set(token, { contents, answer, until: this.#now() + validityMs });
    return answer;
  }

  #forgetOld(): void {
    for (const [token, { until }] of this.#done) {
      if (until > this.#now()) return;
      this.#done.delete(token);
    }
  }
}
