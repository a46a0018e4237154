/** What is used in a month, before it has a price. */
import type { PriceName } from "../prices/price-list.ts";

export interface Usage {
  /** As AWS names it on a bill. */
  readonly service: string;
  /** What for. */
  readonly item: string;
  readonly quantity: number;
  /** In words: units, requests, GB. */
  readonly unit: string;
  readonly price: PriceName;
  /** How the quantity came about. */
  readonly formula: string;
}

export interface Choice {
  /** What tells the worker of news. `dynamodb-streams` is what `foldstream synth` deploys. */
  readonly wakeUps: "dynamodb-streams" | "kinesis" | "queue";
  /** For which the log's mapping gathers news before it wakes the worker. `foldstream synth` deploys none. */
  readonly windowSeconds: number;
  /** `on-demand` is what `foldstream synth` deploys. */
  readonly capacity: "on-demand" | "provisioned";
  /** What answers HTTP. `function-url` is what `foldstream synth` deploys. */
  readonly front: "function-url" | "http-api";
}

export const deployedChoice: Choice = {
  wakeUps: "dynamodb-streams",
  windowSeconds: 0,
  capacity: "on-demand",
  front: "function-url",
};
