import { expect, it } from "vitest";
import { fulfilling, fulfilment, fulfilmentApp, stock } from "../../../test/fulfilment.ts";
import { PolicyWorld } from "../../../test/policy-world.ts";
import { reject, send } from "../../index.ts";
import { givenPolicy } from "../../testing/index.ts";

it("a process manager completes what it can and undoes what it cannot, whichever part comes first", async () => {
  const world = new PolicyWorld(fulfilmentApp);
  const { runtime } = await world.start();

  for (const id of ["p1", "p2"]) {
    void runtime.dispatch({ aggregate: "purchase", id, command: "Make", data: { product: "lamp", cents: 5 } });
    await world.time.advance(1_000);
  }

  const log = await world.log();
  expect(log).toContain("purchase-p1: Completed");
  expect(log.filter((line) => line.includes("-p2:"))).toEqual([
    "fulfilment-p2: Paid",
    "fulfilment-p2: RefundDue",
    "fulfilment-p2: SoldOut",
    "payment-p2: Captured",
    "payment-p2: Refunded",
    "purchase-p2: Made",
    "purchase-p2: SoldOut",
  ]);
});

it("a policy's handlers are tested as values", () => {
  // #region test
  givenPolicy(fulfilling)
    .when("stock.Reserved", { purchase: "p1" }, { id: "lamp" })
    .then(send(fulfilment, "p1", "NoteReserved", {}));
  givenPolicy(fulfilling)
    .whenRejected(send(stock, "lamp", "Reserve", { purchase: "p1" }), reject("sold-out", "None is left."))
    .then(send(fulfilment, "p1", "NoteSoldOut", {}));
  // #endregion test
});
