/** The same traffic on other topologies, beside the one that is deployed. */
import { type BillInput, billOf } from "./bill.ts";
import { utilisation } from "./dynamodb.ts";
import { type Choice, deployedChoice, type Usage } from "./usage.ts";

export interface Alternative {
  readonly name: string;
  readonly total: number;
  /** Than what is deployed. */
  readonly more: number;
  /** What of it has no price in the list: the total lacks it. */
  readonly leftOut: readonly Usage[];
}

const choices: readonly { readonly name: string; readonly choice: Partial<Choice> }[] = [
  { name: "as deployed: DynamoDB Streams, on demand, function URL", choice: {} },
  { name: "the worker woken once a second at most (a batching window)", choice: { windowSeconds: 1 } },
  { name: "woken through Kinesis", choice: { wakeUps: "kinesis" } },
  { name: "woken through a queue", choice: { wakeUps: "queue" } },
  { name: `capacity provisioned for the peak, ${utilisation * 100} % used`, choice: { capacity: "provisioned" } },
  { name: "API Gateway before the function", choice: { front: "http-api" } },
];

export function alternativesOf(input: Omit<BillInput, "choice">): readonly Alternative[] {
  const deployed = billOf(input);
  const known = new Set(deployed.leftOut.map(({ item }) => item));
  return choices.map(({ name, choice }) => {
    const { total, leftOut } = billOf({ ...input, choice: { ...deployedChoice, ...choice } });
    return { name, total, more: total - deployed.total, leftOut: leftOut.filter(({ item }) => !known.has(item)) };
  });
}
