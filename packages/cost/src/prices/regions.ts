/** The price lists that come with this package. */
import { CostError } from "../errors.ts";
import ireland from "./eu-west-1.json" with { type: "json" };
import { type PriceList, parsePrices } from "./price-list.ts";
import virginia from "./us-east-1.json" with { type: "json" };

const lists: Readonly<Record<string, unknown>> = { "us-east-1": virginia, "eu-west-1": ireland };

/** Regions whose prices come with this package. */
export const regions: readonly string[] = Object.keys(lists);

/** @throws CostError `invalid-prices` for a region whose prices do not come with this package. */
export function pricesOf(region: string): PriceList {
  const list = lists[region];
  if (list) return parsePrices(list);
  throw new CostError(
    "invalid-prices",
    `There is no price list for ${region}, only for ${regions.join(", ")}. Give a file of your own.`,
  );
}
