/** Dated prices of one region. A price that is not in the list is not guessed: what it would price is named as left out. */
import * as z from "zod";
import { parsed } from "../errors.ts";

const names = [
  "dynamodb.write-request-unit",
  "dynamodb.read-request-unit",
  "dynamodb.write-capacity-unit-hour",
  "dynamodb.read-capacity-unit-hour",
  "dynamodb.storage-gb-month",
  "dynamodb.recovery-gb-month",
  "dynamodb.change-data-capture-unit",
  "lambda.request",
  "lambda.arm-gb-second",
  "sqs.standard-request",
  "sqs.fifo-request",
  "kinesis.shard-hour",
  "kinesis.put-payload-unit",
  "cloudwatch.log-gb",
  "cloudwatch.log-storage-gb-month",
  "cloudwatch.metric-month",
  "cloudwatch.alarm-month",
  "cloudwatch.dashboard-month",
  "eventbridge.scheduled-invocation",
  "api-gateway.http-request",
  "s3.get-request",
  "cloudfront.https-request",
  "cloudfront.transfer-gb",
  "transfer.out-gb",
] as const;

export type PriceName = (typeof names)[number];

const day = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, "expected a date such as 2026-10-04, 2026-10 or 2026");

const price = z.strictObject({
  /** In the currency of the list. */
  amount: z.number().min(0),
  /** For so many units. */
  per: z.number().gt(0).default(1),
  /** Units that an account has free of charge each month. */
  free: z.number().min(0).default(0),
  /** When it was read, or published. */
  asOf: day,
  /** Where it is published. */
  source: z.url(),
});

const schema = z.strictObject({
  region: z.string().min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, "expected a currency such as USD"),
  asOf: day,
  note: z.string().optional(),
  prices: z.partialRecord(z.enum(names), price),
});

/** The first tier of each price: what is used beyond it costs less than is said. */
export type PriceList = z.output<typeof schema>;

export type Price = z.output<typeof price>;

/** @throws CostError `invalid-prices`, naming each place and what was expected. */
export function parsePrices(value: unknown): PriceList {
  return parsed(schema, value, "invalid-prices");
}
