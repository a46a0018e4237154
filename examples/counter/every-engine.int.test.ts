import { client } from "@foldstream/client";
import { httpHandler } from "@foldstream/http";
import { nodeEnvironment } from "@foldstream/node";
import { createRuntime } from "foldstream";
import { expect, it, onTestFinished } from "vitest";
import { onEveryEngine } from "../engines/test/on-every-engine.ts";
import app from "./counter.ts";

const ids = Array.from({ length: 80 }, (_, index) => `c${index}`);
const patienceMs = 240_000;

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
        const totals = await Promise.all(ids.map((id) => api.query("total", { id }, { waitMs: 20_000 })));
        expect(totals).toEqual(ids.map(() => ({ ok: true, value: round })));
      }
    },
    patienceMs,
  );
});
