import { afterEach, describe, expect, it } from "vitest";
import { hosted } from "../test/counters.ts";

const live = { pauseMs: 5, recheckMs: 40, heartbeatMs: 60, lifetimeMs: 60_000 };
const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function running(options = {}) {
  const host = hosted({ live, ...options });
  await host.runtime.start();
  cleanUps.push(() => host.runtime.stop());
  return host;
}

/** Reads a stream frame by frame. */
function framesOf(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  cleanUps.push(() => reader.cancel());
  const next = async () => {
    const { value } = await reader.read();
    return value && new TextDecoder().decode(value);
  };
  return { next, cancel: () => reader.cancel(), nextData: async () => dataIn(await skipping(next)) };
}

async function skipping(next: () => Promise<string | undefined>): Promise<string | undefined> {
  let frame = await next();
  while (frame?.startsWith(":")) frame = await next();
  return frame;
}

function dataIn(frame: string | undefined): unknown {
  return JSON.parse(/^data: (.*)$/m.exec(frame ?? "")?.[1] ?? "null");
}

describe("a live query", () => {
  it("answers at once, then again whenever the answer has changed", async () => {
    const { get, increment } = await running();

    const response = await get("/queries/total/live?id=a");
    const { nextData } = framesOf(response);

    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await nextData()).toEqual({ value: 0 });
    await increment("other", { by: 1 });
    await increment("a", { by: 2 });
    expect(await nextData()).toEqual({ value: 2 });
    await increment("a", { by: 3 });
    expect(await nextData()).toEqual({ value: 5 });
  });

  it("takes news together that comes faster than it may run", async () => {
    const { get, increment } = await running({ live: { ...live, pauseMs: 50 } });
    const { nextData } = framesOf(await get("/queries/total/live?id=a"));
    await nextData();

    for (let round = 0; round < 40; round++) await increment("a");
    const seen = [];
    while ((seen.at(-1) as { value: number } | undefined)?.value !== 40) seen.push(await nextData());

    expect(seen.length).toBeLessThan(20);
  });

  it("notices steps that another process took", async () => {
    const elsewhere = await running();
    const here = hosted({ live }, elsewhere.engine);
    const { nextData } = framesOf(await here.get("/queries/total/live?id=a"));
    await nextData();

    await elsewhere.increment("a", { by: 7 });

    expect(await nextData()).toEqual({ value: 7 });
  });

  it("sends comments while nothing changes, and an id to resume from", async () => {
    const { get } = await running();
    const first = framesOf(await get("/queries/total/live?id=a"));

    const answer = await first.next();
    const id = /^id: (.*)$/m.exec(answer ?? "")?.[1] ?? "";
    const resumed = framesOf(await get("/queries/total/live?id=a", { "last-event-id": id }));

    expect(id).not.toBe("");
    expect(await first.next()).toBe(": alive\n\n");
    expect(await resumed.next()).toBe(": unchanged\n\n");
  });

  it("takes its input as a JSON body too", async () => {
    const { post } = await running();

    expect(await framesOf(await post("/queries/echo/live", { ids: [1] })).nextData()).toEqual({
      ids: [1],
      exact: false,
    });
  });

  it("begins no stream for what is wrong from the start, nor for HEAD", async () => {
    const { get, send } = await running({ onError: () => undefined });

    expect((await get("/queries/total/live")).status).toBe(422);
    expect((await get("/queries/broken/live")).status).toBe(500);
    expect(await (await send("HEAD", "/queries/total/live?id=a")).text()).toBe("");
  });

  it("ends with a problem when the server stops, and by itself after its lifetime", async () => {
    const { get, runtime } = await running();
    const short = await running({ live: { ...live, lifetimeMs: 10 } });
    const stopping = framesOf(await get("/queries/total/live?id=a"));
    const ending = framesOf(await short.get("/queries/total/live?id=a"));
    await Promise.all([stopping.next(), ending.next()]);

    await runtime.stop();

    expect(await skipping(stopping.next)).toMatch(/^event: problem\ndata: .*"code":"stopped"/);
    expect(await stopping.next()).toBeUndefined();
    expect(await ending.next()).toBeUndefined();
  });

  it("stops asking once the client has gone", async () => {
    let listeners = 0;
    const { runtime, ...host } = await running();
    const onProgress = runtime.onProgress.bind(runtime);
    runtime.onProgress = (projections, listener) => {
      listeners++;
      const stop = onProgress(projections, listener);
      return () => {
        listeners--;
        stop();
      };
    };
    const { next, cancel } = framesOf(await host.get("/queries/total/live?id=a"));
    await next();
    expect(listeners).toBe(1);

    await cancel();

    expect(listeners).toBe(0);
  });
});
