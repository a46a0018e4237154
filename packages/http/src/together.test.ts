import { memoryEngine } from "foldstream/memory";
import { describe, expect, it } from "vitest";
import { hosted } from "../test/counters.ts";

const counting = (command: string, id: string, data?: object) => ({ aggregate: "counter", id, command, data });

describe("several commands as one, over HTTP", () => {
  it("executes all of them, and answers each with its version", async () => {
    const { post, runtime } = hosted();

    const answer = await post("/commands", {
      commands: [
        counting("Increment", "a", { by: 5 }),
        counting("Decrement", "a", { by: 2 }),
        counting("Increment", "b"),
      ],
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get("consistency-token")).toBeTruthy();
    expect((await answer.json()).outcomes).toMatchObject([{ version: 2 }, { version: 2 }, { version: 1 }]);
    expect((await runtime.readStream("counter", "a")).events).toHaveLength(2);
  });

  it("G2 writes nothing when one is refused, and says which", async () => {
    const { post, runtime } = hosted();

    const answer = await post("/commands", {
      commands: [counting("Increment", "a"), counting("Decrement", "b", { by: 1 })],
    });

    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: "below-zero",
      commandIndex: 1,
      rejection: { code: "below-zero" },
    });
    expect((await runtime.readStream("counter", "a")).events).toEqual([]);
  });

  it("G2 answers a retry under the same key again, and refuses the key for anything else", async () => {
    const { post } = hosted();
    const key = { "idempotency-key": "key-1" };
    const commands = [counting("Increment", "a"), counting("Increment", "b")];

    const first = await (await post("/commands", { commands }, key)).json();
    const retry = await post("/commands", { commands }, key);
    const other = await post("/commands", { commands: commands.slice(1) }, key);

    expect(retry.headers.get("idempotency-replayed")).toBe("true");
    expect(await retry.json()).toMatchObject({
      outcomes: first.outcomes.map(({ version }: { readonly version: number }) => ({ version, replayed: true })),
    });
    expect(await other.json()).toMatchObject({ status: 422, code: "idempotency-key-reused" });
  });

  it.each([
    ["no list", {}, ["/commands"]],
    ["an empty list", { commands: [] }, ["/commands"]],
    ["a list of other things", { commands: [1, null] }, ["/commands/0", "/commands/1"]],
    ["missing names", { commands: [{ aggregate: "counter" }] }, ["/commands/0/id", "/commands/0/command"]],
    [
      "wrong data",
      { commands: [counting("Increment", "a"), counting("Increment", "b", { by: 0 })] },
      ["/commands/1/data/by"],
    ],
  ])("names what is wrong with %s", async (_, body, pointers) => {
    const { post, runtime } = hosted();

    const answer = await post("/commands", body);
    const { errors } = (await answer.json()) as { readonly errors: readonly { readonly pointer: string }[] };

    expect(answer.status).toBe(422);
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect((await runtime.readStream("counter", "a")).events).toEqual([]);
  });

  it.each([{ "if-match": '"v1"' }, { "if-none-match": "*" }])("refuses the precondition %o", async (headers) => {
    const { post } = hosted();

    const answer = await post("/commands", { commands: [counting("Increment", "a")] }, headers);

    expect(await answer.json()).toMatchObject({ status: 400, code: "invalid-header" });
  });

  it("finds names that are nearly right", async () => {
    const { post } = hosted();

    const answer = await post("/commands", { commands: [counting("Incremnt", "a")] });

    expect(await answer.json()).toMatchObject({ status: 404, nearest: expect.arrayContaining(["Increment"]) });
  });

  it("refuses more streams than the store appends to at once", async () => {
    const { eventStore, ...engine } = memoryEngine();
    const narrow = { ...eventStore, capabilities: { ...eventStore.capabilities, streamsPerAppend: 1 } };
    const { post } = hosted({}, { ...engine, eventStore: narrow });

    const answer = await post("/commands", { commands: [counting("Increment", "a"), counting("Increment", "b")] });

    expect(await answer.json()).toMatchObject({
      status: 422,
      code: "invalid",
      detail: expect.stringContaining("at most 1"),
    });
  });
});
