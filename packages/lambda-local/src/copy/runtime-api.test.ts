/** What a copy of a function asks and answers, sent by hand. */
import { once } from "node:events";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { RuntimeApi } from "./runtime-api.ts";

/** Asks for work and is handed an event. */
async function invoked() {
  const api = await RuntimeApi.start();
  onTestFinished(() => api.end());
  const root = `http://${api.address}/2018-06-01/runtime`;
  const next = fetch(`${root}/invocation/next`);
  await api.initialized;
  const invocation = api.invoke({ by: 1 }, Date.now() + 1_000);
  const id = (await next).headers.get("lambda-runtime-aws-request-id");
  return { api, invocation, answer: `${root}/invocation/${id}/response` };
}

it("takes the answer of a copy", async () => {
  const { invocation, answer } = await invoked();
  await fetch(answer, { method: "POST", body: JSON.stringify({ statusCode: 200 }) });

  expect(await invocation).toEqual({ kind: "answered", payload: { statusCode: 200 } });
});

it("takes no answer from a copy that ends while it answers", async () => {
  const { api, invocation, answer } = await invoked();
  const { host, hostname, port, pathname } = new URL(answer);
  const copy = connect(Number(port), hostname);
  copy.end(`POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 17\r\n\r\n{"statusCode"`);
  copy.resume();
  await once(copy, "close");
  // Answered, so what was sent before has been seen.
  await fetch(new URL("other", answer), { method: "POST" });
  api.end();

  expect(await invocation).toEqual({ kind: "ended" });
});
