import { describe, expect, it } from "vitest";
import { failedIds } from "./batch-answer.ts";

const answered = (payload: unknown) => failedIds({ kind: "answered", payload });

describe("what a function says of a batch", () => {
  it.each([[{ batchItemFailures: [] }], [{ batchItemFailures: null }], [{}], [null], [undefined]])(
    "is success when it says %j",
    (payload) => expect(answered(payload)).toEqual(new Set()),
  );

  it("names what failed", () => {
    expect(answered({ batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "b" }] })).toEqual(
      new Set(["a", "b"]),
    );
  });

  it.each([
    [{ batchItemFailures: [{ itemIdentifier: "" }] }],
    [{ batchItemFailures: [{ itemIdentifier: null }] }],
    [{ batchItemFailures: [{ itemIdentifer: "a" }] }],
    [{ batchItemFailures: "a" }],
  ])("is failure of all when it says %j, which cannot be read", (payload) => expect(answered(payload)).toBeUndefined());

  it.each([{ kind: "failed", error: {} } as const, { kind: "ended" } as const, { kind: "throttled" } as const])(
    "is failure of all when it was $kind",
    (invoked) => expect(failedIds(invoked)).toBeUndefined(),
  );
});
