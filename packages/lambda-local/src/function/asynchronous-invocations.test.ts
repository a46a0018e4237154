import { describe, expect, it } from "vitest";
import type { Invoked } from "../copy/invoked.ts";
import {
  AsynchronousInvocations,
  type AsynchronousInvocationsOptions,
  type GivenUpEvent,
} from "./asynchronous-invocations.ts";

const failed: Invoked = { kind: "failed", error: { errorMessage: "no" } };
const throttled: Invoked = { kind: "throttled" };
const done: Invoked = { kind: "answered", payload: null };

/** Sends one event to a function that answers so, the last answer again and again. */
async function sent(answers: readonly Invoked[], options: Partial<AsynchronousInvocationsOptions> = {}) {
  let attempts = 0;
  const givenUp: GivenUpEvent[] = [];
  const invocations = new AsynchronousInvocations({
    invoke: async () => answers[Math.min(attempts++, answers.length - 1)] as Invoked,
    retryAfterMs: [0, 0],
    throttledMs: 0,
    onFailure: async (record) => void givenUp.push(record),
    ...options,
  });
  invocations.send({ id: 1 });
  await invocations.settled();
  return { attempts, givenUp };
}

describe("an invocation that nobody waits for", () => {
  it("ends with its answer", async () => {
    expect(await sent([done])).toEqual({ attempts: 1, givenUp: [] });
  });

  it("is tried twice more when the function fails or is cut off", async () => {
    expect(await sent([failed, { kind: "ended" }, done])).toEqual({ attempts: 3, givenUp: [] });
  });

  it("goes to the destination after that, with what the function said", async () => {
    const { attempts, givenUp } = await sent([failed]);

    expect(attempts).toBe(3);
    expect(givenUp).toMatchObject([
      {
        requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
        requestPayload: { id: 1 },
        responsePayload: { errorMessage: "no" },
      },
    ]);
  });

  it("is tried as often as it takes while the function is throttled, and that is no retry", async () => {
    expect(await sent([...Array(20).fill(throttled), failed, failed, done])).toEqual({ attempts: 23, givenUp: [] });
  });

  it("goes to the destination when it has become too old", async () => {
    const { attempts, givenUp } = await sent([throttled], { maximumAgeMs: 10, throttledMs: 11 });

    expect(attempts).toBe(1);
    expect(givenUp).toMatchObject([{ requestContext: { condition: "EventAgeExceeded" } }]);
  });

  it("comes twice where it is told to", async () => {
    expect((await sent([done], { again: () => true })).attempts).toBe(2);
  });

  it("waits for nothing once it is stopped", async () => {
    const invocations = new AsynchronousInvocations({ invoke: async () => failed });
    invocations.send({});

    await invocations.stop();
  });
});
