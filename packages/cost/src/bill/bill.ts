/** A month's bill: what is used, priced line by line. */
import type { Topology } from "@foldstream/cloudformation";
import type { Price, PriceList } from "../prices/price-list.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";
import { deliveryUsage } from "./delivery.ts";
import { dynamoDbUsage } from "./dynamodb.ts";
import { lambdaUsage } from "./lambda.ts";
import { messagingUsage } from "./messaging.ts";
import { type Situation, situationOf } from "./situation.ts";
import { type Choice, deployedChoice, type Usage } from "./usage.ts";
import { watchingUsage } from "./watching.ts";

/** `quantity`, less what is free of charge, times `unitPrice` is `amount`. */
export interface Line extends Usage {
  /** Of the quantity: what is free of charge. */
  readonly free: number;
  readonly unitPrice: number;
  readonly amount: number;
  /** Where the price is published, and when it was read. */
  readonly source: string;
  readonly asOf: string;
}

export interface Bill {
  readonly region: string;
  readonly currency: string;
  /** Of the price list. */
  readonly asOf: string;
  /** Of the price list, too: where it was read, and what it lacks. */
  readonly note?: string;
  readonly total: number;
  /** By service, the dearest first. */
  readonly services: readonly { readonly service: string; readonly amount: number }[];
  readonly lines: readonly Line[];
  /** Used, but without a price in the list: not in the total. */
  readonly leftOut: readonly Usage[];
}

export interface BillInput {
  readonly profile: TrafficProfile;
  readonly topology: Topology;
  readonly prices: PriceList;
  /** Default: as `foldstream synth` deploys it. */
  readonly choice?: Choice;
}

/** @throws TopologyError when the topology cannot be deployed. */
export function billOf({ profile, topology, prices, choice = deployedChoice }: BillInput): Bill {
  const used = usageOf(situationOf(profile, topology, choice)).filter(({ quantity }) => quantity > 0);
  const lines = priced(used, prices, profile.freeTier);
  return {
    region: prices.region,
    currency: prices.currency,
    asOf: prices.asOf,
    ...(prices.note !== undefined && { note: prices.note }),
    total: lines.reduce((sum, { amount }) => sum + amount, 0),
    services: byService(lines),
    lines,
    leftOut: used.filter(({ price }) => !prices.prices[price]),
  };
}

function usageOf(situation: Situation): readonly Usage[] {
  return [dynamoDbUsage, lambdaUsage, messagingUsage, watchingUsage, deliveryUsage].flatMap((part) => part(situation));
}

/** What is free of charge is taken by the lines of a price in their order. */
function priced(used: readonly Usage[], { prices }: PriceList, freeTier: boolean): readonly Line[] {
  const left = new Map<Price, number>();
  return used.flatMap((usage) => {
    const price = prices[usage.price];
    if (!price) return [];
    const free = freeTier ? Math.min(usage.quantity, left.get(price) ?? price.free) : 0;
    left.set(price, (left.get(price) ?? price.free) - free);
    const unitPrice = price.amount / price.per;
    const { source, asOf } = price;
    return [{ ...usage, free, unitPrice, amount: (usage.quantity - free) * unitPrice, source, asOf }];
  });
}

function byService(lines: readonly Line[]): Bill["services"] {
  const amounts = new Map<string, number>();
  for (const { service, amount } of lines) amounts.set(service, (amounts.get(service) ?? 0) + amount);
  return [...amounts].map(([service, amount]) => ({ service, amount })).sort((a, b) => b.amount - a.amount);
}
