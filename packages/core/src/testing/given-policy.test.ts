import { describe, expect, it } from "vitest";
import { checkout, order, payLimitMs, receipt, till } from "../../test/checkout.ts";
import { cancel, type Intents, perform, policy, reject, send, timer } from "../index.ts";
import { givenPolicy } from "./index.ts";

describe("givenPolicy", () => {
  it("passes when the intents are the expected ones", () => {
    givenPolicy(checkout)
      .when("order.Placed", { cents: 7 }, { id: "a1" })
      .then([
        timer("unpaid-a1", { afterMs: payLimitMs }, send(order, "a1", "Cancel", { reason: "unpaid" })),
        send(till, "a", "Charge", { order: "a1", cents: 7 }),
      ]);
    givenPolicy(checkout)
      .when("till.Charged", { order: "a1", cents: 7 })
      .then(send(order, "a1", "Confirm", {}));
    givenPolicy(checkout).when("till.Refunded", { order: "a1" }).then([]);
  });

  it.each([
    ["another order", [perform(receipt, { order: "1" }), cancel("unpaid-1")]],
    ["one less", [cancel("unpaid-1")]],
    ["another payload", [cancel("unpaid-1"), perform(receipt, { order: "2" })]],
    ["none", []],
  ])("fails when they are not: %s", (_, expected: Intents) => {
    expect(() => givenPolicy(checkout).when("order.Paid", {}).then(expected)).toThrow("Expected");
  });

  it("answers rejections, and tells when the policy has no answer", () => {
    const charge = send(till, "a", "Charge", { order: "a1", cents: 5_000 });

    givenPolicy(checkout)
      .whenRejected(charge, reject("too-much", "Too much."))
      .then(send(order, "a1", "Cancel", { reason: "too much" }));

    const { intents } = givenPolicy(checkout).whenRejected(charge, reject("other", "Something else."));
    expect(intents).toBeUndefined();
  });

  it("takes runs of schedules", () => {
    const nightly = policy("nightly", {
      from: [],
      on: {},
      schedules: {
        close: {
          at: { description: "never", next: () => undefined },
          run: ({ at }) => send(till, at, "Refund", { order: "1" }),
        },
      },
    });

    givenPolicy(nightly)
      .whenDue("close", "2026-01-01")
      .then(send(till, "2026-01-01", "Refund", { order: "1" }));
    expect(() => givenPolicy(nightly).whenDue("open", "2026-01-01")).toThrow('no schedule "open"');
  });

  it("refuses events that do not fit their schema", () => {
    // @ts-expect-error text in place of a number
    expect(() => givenPolicy(checkout).when("order.Placed", { cents: "7" })).toThrow("does not fit its schema");
  });
});
