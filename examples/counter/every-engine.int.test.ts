import { type AskOutcome, client } from "@foldstream/client";
import { httpHandler } from "@foldstream/http";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { expect, it, onTestFinished } from "vitest";
import { onEveryEngine } from "../engines/test/on-every-engine.ts";
import app from "./counter.ts";

const ids = Array.from({ length: 70 }, (_, index) => `c${index}`);
const patienceMs = 240_000;

/** Asks until the read model is there, however slow the machine is. */
async function answerTo<Outcome extends AskOutcome<unknown>>(ask: () => Promise<Outcome>): Promise<Outcome> {
  for (;;) {
    const outcome = await ask();
    if (outcome.ok || outcome.reason !== "not-yet-consistent") return outcome;
  }
}

onEveryEngine(({ engines }) => {
  it(
    "G6 a client reads everything it has written, on more streams than one request has tokens for",
    async () => {
      const engine = await engines().open("counter");
      const runtime = createRuntime(app, { engine, environment: nodeEnvironment() });
      await runtime.start();
      onTestFinished(async () => {
        await runtime.stop();
        await engine.close();
      });
      const handle = httpHandler(runtime);
      const api = client<typeof app>({
        baseUrl: "http://test",
        fetch: (url, init) => handle(new Request(url as string, init)),
      });

      for (let round = 1; round <= 2; round++) {
        await Promise.all(ids.map((id) => api.execute("counter", id, "Increment", {})));
        for (const id of ids)
          expect(await answerTo(() => api.query("total", { id }))).toEqual({ ok: true, value: round });
      }
    },
    patienceMs,
  );
});
