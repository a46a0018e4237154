/** `@foldstream/cost`: a month's bill of an app on AWS, and which quota it meets first. */
export { type Alternative, alternativesOf } from "./bill/alternatives.ts";
export { type Bill, type BillInput, billOf, type Line } from "./bill/bill.ts";
export { type BillDifference, type Difference, differenceOf, type EarlierBill, parseBill } from "./bill/difference.ts";
export type { Choice, Usage } from "./bill/usage.ts";
export { CostError, type CostErrorCode, isCostError } from "./errors.ts";
export { type Price, type PriceList, type PriceName, parsePrices } from "./prices/price-list.ts";
export { pricesOf, regions } from "./prices/regions.ts";
export { type Measured, measureEvents } from "./profile/measured.ts";
export { parseProfile, type TrafficProfile, type TrafficProfileInput } from "./profile/traffic-profile.ts";
export { type Quota, quotasOf } from "./quota/quotas.ts";
