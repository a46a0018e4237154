import { expect, it } from "vitest";
import { counterBill, topology } from "../../test/counter-bill.ts";
import { differenceOf, parseBill } from "../index.ts";

it("is nothing between a bill and itself, as it was written and read again", () => {
  const bill = counterBill();

  expect(differenceOf(parseBill(JSON.parse(JSON.stringify(bill))), bill)).toEqual({
    services: [],
    before: bill.total,
    after: bill.total,
  });
});

it("names the services whose amount differs, those that are new and those that are gone", () => {
  const before = counterBill();
  const after = counterBill({ topology: { ...topology, page: {}, functions: { http: { memoryMb: 1_024 } } } });

  const { services } = differenceOf(before, after);

  expect(services.map(({ service }) => service).sort()).toEqual(["CloudFront", "Data transfer", "Lambda"]);
  expect(services.find(({ service }) => service === "CloudFront")?.before).toBe(0);
  expect(services.find(({ service }) => service === "Data transfer")?.after).toBe(0);
});

it("refuses what is no bill, and one in another currency", () => {
  expect(() => parseBill({ total: "much" })).toThrow(expect.objectContaining({ code: "invalid-bill" }));
  expect(() => differenceOf({ currency: "EUR", total: 1, services: [] }, counterBill())).toThrow(
    /in EUR, this one in USD/,
  );
});
