import { describe, expect, it } from "vitest";
import { countingFunctions, increment } from "../../test/counter.ts";
import { objectCreated, s3Record, scheduledEvent, snsEvent, sqsEvent } from "../../test/events.ts";
import type { StoredObject } from "../index.ts";

/** Each object counts with its size, under its key. */
function counted(told: StoredObject[] = []) {
  return countingFunctions({
    objects: (object) => {
      told.push(object);
      if (object.key === "broken") throw new Error("a bug in the mapping");
      return object.key === "ignored" ? undefined : increment(object.key, object.size);
    },
  });
}

describe("changes of S3 objects", () => {
  it.each([
    ["S3", { Records: [s3Record("a")] }, undefined],
    ["a topic", snsEvent(JSON.stringify({ Records: [s3Record("a")] })), undefined],
    ["EventBridge", objectCreated("a"), undefined],
    ["a queue", sqsEvent([{ Records: [s3Record("a")] }]), { batchItemFailures: [] }],
    ["a queue behind EventBridge", sqsEvent([objectCreated("a")]), { batchItemFailures: [] }],
  ])("become commands, told by %s", async (_, event, answer) => {
    const functions = await counted();

    expect(await functions.objects(event)).toEqual(answer);

    expect(await functions.increments("a")).toEqual([3]);
  });

  it("G2 are executed once, however often they are told, and again when the object changes", async () => {
    const functions = await counted();
    const event = { Records: [s3Record("a")] };

    await Promise.all([functions.objects(event), functions.objects(event)]);
    await functions.objects(event);
    expect(await functions.increments("a")).toEqual([3]);
    await functions.objects({ Records: [s3Record("a", "0055AED6DCD90281E6")] });

    expect(await functions.increments("a")).toEqual([3, 3]);
  });

  it("are told with their keys decoded", async () => {
    const told: StoredObject[] = [];
    const functions = await counted(told);

    await functions.objects({ Records: [s3Record("photos/a+b%2Bc%C3%A4.jpg"), s3Record("100%")] });

    const change = "0055AED6DCD90281E5";
    expect(told).toEqual([
      {
        event: "ObjectCreated:Put",
        bucket: "uploads",
        key: "photos/a b+cä.jpg",
        size: 3,
        etag: "tag",
        changeId: `uploads/photos/a b+cä.jpg/${change}`,
      },
      expect.objectContaining({ key: "100%", changeId: `uploads/100%/${change}` }),
    ]);
  });

  it("leave the rest of a batch alone where one is malformed or fails", async () => {
    const functions = await counted();
    const bodies = [
      { Records: [s3Record("a")] },
      "text",
      { Records: [{ eventName: "ObjectCreated:Put" }] },
      { Records: [s3Record("broken")] },
      { Records: [s3Record("ignored")] },
      { Service: "Amazon S3", Event: "s3:TestEvent" },
      { Records: [s3Record("b")] },
    ];

    const failed = ["m1", "m2", "m3"].map((itemIdentifier) => ({ itemIdentifier }));
    expect(await functions.objects(sqsEvent(bodies))).toEqual({ batchItemFailures: failed });

    expect([await functions.increments("a"), await functions.increments("b")]).toEqual([[3], [3]]);
  });

  it("fail the invocation where the trigger takes no partial answer, so that Lambda calls again", async () => {
    const functions = await counted();
    const event = { Records: [s3Record("a"), s3Record("broken")] };

    await expect(functions.objects(event)).rejects.toMatchObject({
      code: "not-done",
      message: expect.stringContaining("1 of 2 records"),
    });
    await expect(functions.objects(scheduledEvent())).rejects.toMatchObject({ code: "not-done" });

    expect(await functions.increments("a")).toEqual([3]);
  });
});
