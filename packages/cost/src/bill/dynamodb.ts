/** DynamoDB: capacity, storage, recovery. Lambda reads the table's stream free of charge. */
import { hoursPerMonth } from "../deployment/deployed.ts";
import { together, totalOf } from "../engine/units.ts";
import { type Consumption, consumptionAt } from "../traffic/consumption.ts";
import { storedBy } from "../traffic/shapes.ts";
import type { Situation } from "./situation.ts";
import type { Usage } from "./usage.ts";

const service = "DynamoDB";

/** Of provisioned capacity: how much of it the busiest second uses. */
export const utilisation = 0.7;

export function dynamoDbUsage(situation: Situation): readonly Usage[] {
  const capacity = situation.choice.capacity === "provisioned" ? provisioned(situation) : onDemand(situation);
  return [...capacity, ...stored(situation)];
}

function onDemand({ consumption, byClock, seconds }: Situation): readonly Usage[] {
  return [
    ...consumption.flatMap((one) => unitsOf(one, seconds, `${one.formula} x ${Math.round(seconds)} s`)),
    ...byClock.flatMap((one) => unitsOf(one, 1, one.formula)),
  ];
}

function unitsOf({ purpose, tables }: Consumption, times: number, formula: string): readonly Usage[] {
  const { reads, writes } = totalOf(tables);
  const units = [
    { item: `${purpose}: writes`, quantity: writes * times, price: "dynamodb.write-request-unit" as const },
    { item: `${purpose}: reads`, quantity: reads * times, price: "dynamodb.read-request-unit" as const },
  ];
  return units
    .filter(({ quantity }) => quantity > 0)
    .map((one) => ({ service, unit: "request units", formula, ...one }));
}

/** For the busiest second, all month, and for what the clock wants spread over it. */
function provisioned({ profile, peak, byClock }: Situation): readonly Usage[] {
  const of = (some: readonly Consumption[]) => totalOf(together(some.map(({ tables }) => tables)));
  const busiest = of(consumptionAt(profile, peak));
  const clock = of(byClock).reads / (hoursPerMonth * 3_600);
  const hours = (item: string, perSecond: number, price: Usage["price"]): Usage => ({
    service,
    item,
    quantity: Math.ceil(perSecond / utilisation) * hoursPerMonth,
    unit: "capacity unit hours",
    price,
    formula: `${perSecond.toFixed(1)} units in the busiest second, ${utilisation * 100} % used, x ${hoursPerMonth} h`,
  });
  return [
    hours("provisioned writes", busiest.writes, "dynamodb.write-capacity-unit-hour"),
    hours("provisioned reads", busiest.reads + clock, "dynamodb.read-capacity-unit-hour"),
  ];
}

/** Every table can be recovered. */
function stored({ profile }: Situation): readonly Usage[] {
  const { logGb, feedGb, readModelsGb } = storedBy(profile);
  const after = `after ${profile.logMonths} months of this traffic`;
  const usage = { service, unit: "GB months", formula: after };
  return [
    { ...usage, item: "log and feed", quantity: logGb + feedGb, price: "dynamodb.storage-gb-month" },
    {
      ...usage,
      item: "read models",
      quantity: readModelsGb,
      price: "dynamodb.storage-gb-month",
      formula: "rows and their keys",
    },
    { ...usage, item: "recovery", quantity: logGb + feedGb + readModelsGb, price: "dynamodb.recovery-gb-month" },
  ];
}
