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

export type Choice = {
  /** What tells the worker of news. `dynamodb-streams` is what `foldstream synth` deploys. */
  readonly wakeUps: "dynamodb-streams" | "kinesis" | "queue";
  /** `on-demand` is what `foldstream synth` deploys. */
  readonly capacity: "on-demand" | "provisioned";
  /** What answers HTTP. `function-url` is what `foldstream synth` deploys. */
  readonly front: "function-url" | "http-api";
};

export const deployedChoice: Choice = { wakeUps: "dynamodb-streams", capacity: "on-demand", front: "function-url" };
