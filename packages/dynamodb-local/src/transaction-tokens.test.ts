import { expect, it } from "vitest";
import { TransactionTokens } from "./transaction-tokens.ts";

it("forgets a transaction's token after ten minutes", async () => {
  let time = 0;
  let sent = 0;
  const tokens = new TransactionTokens(() => time);
  const request = Buffer.from(JSON.stringify({ TransactItems: [], ClientRequestToken: "token" }));
  const send = async () => ({ status: 200, headers: {}, body: Buffer.from(String(++sent)) });

  const answers: string[] = [];
  for (time of [0, 599_999, 600_001]) {
    answers.push((await tokens.once("TransactWriteItems", request, send)).body.toString());
  }

  expect(answers).toEqual(["1", "1", "2"]);
});
