/** Orders that a policy takes to their payment, on any engine: what a process does until it is killed, and what must hold after it. */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createRuntime, performs, type Runtime } from "foldstream";
import type { Engine, FedEvent } from "foldstream/port";
import { expect } from "vitest";
import { realEnvironment } from "../../packages/core/test/bank.ts";
import { receipt, shop } from "../../packages/core/test/checkout.ts";
import { wholeFeed } from "./log.ts";

/** What an order of that number costs; every fifth is more than the till takes. */
const centsOf = (number: number) => (number % 5 === 4 ? 2_000 : 1 + (number % 9));

function shopRuntime(engine: Engine, performed: (key: string) => void): Runtime {
  const effects = [performs(receipt, async (_, { idempotencyKey }) => performed(idempotencyKey))];
  const settings = { leaseMs: 1_000, pollMs: 50 };
  return createRuntime(shop, { engine, environment: realEnvironment, effects, settings }) as unknown as Runtime;
}

/** Places orders `<name>-<number>` on four lanes and says `ok <order> <cents>` for each, until it is killed. */
export async function runCheckout(engine: Engine, name: string): Promise<void> {
  const runtime = shopRuntime(engine, (key) => say(`did ${key}`));
  await runtime.start();
  let next = 0;
  const lane = async (): Promise<never> => {
    for (;;) {
      const number = next++;
      const id = `${name}-${number}`;
      const cents = centsOf(number);
      const options = { aggregate: "order", id, command: "Place", data: { cents }, commandId: `place-${id}` };
      if ((await runtime.dispatch(options)).ok) say(`ok ${id} ${cents}`);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

/**
 * Lets everything that was begun come to its end, and checks it: each order paid once or cancelled once, each cent in the till once. `said` is
 * what all processes have said so far; what is performed here is added to it.
 */
export async function expectCheckedOut(engine: Engine, said: string[]): Promise<void> {
  const runtime = shopRuntime(engine, (key) => said.push(`did ${key}`));
  await runtime.start();
  await atRest(runtime);
  await runtime.stop();
  const log = await wholeFeed(engine.eventFeed);
  const orders = Map.groupBy(
    log.filter(({ type }) => type.startsWith("order.")),
    ({ stream }) => stream,
  );
  for (const line of said.filter((one) => one.startsWith("ok "))) {
    expect([...orders.keys()], line).toContain(`order-${line.split(" ")[1]}`);
  }
  for (const [stream, events] of orders) expectEnded(stream, events);
  const placed = [...orders.values()].map(([first]) => first as FedEvent).map(centsIn);
  const charged = log.filter(({ type }) => type === "till.Charged").map(centsIn);
  expect(sum(charged)).toBe(sum(placed.filter((cents) => cents <= 1_000)));
  expect(new Set(said.filter((line) => line.startsWith("did "))).size).toBe(charged.length);
}

function expectEnded(stream: string, events: readonly FedEvent[]): void {
  const [placed, ...then] = events.map(({ type }) => type);
  expect(placed, stream).toBe("order.Placed");
  expect(then, stream).toEqual([centsIn(events[0] as FedEvent) > 1_000 ? "order.Cancelled" : "order.Paid"]);
}

const centsIn = ({ data }: FedEvent): number => (JSON.parse(data) as { cents: number }).cents;
const sum = (cents: readonly number[]): number => cents.reduce((total, one) => total + one, 0);

/** Resolves once the policy has seen everything and nothing is left to be done: no command, no effect, no timer of an open order. */
async function atRest(runtime: Runtime): Promise<void> {
  for (;;) {
    const [policy] = (await runtime.status()).policies;
    expect(policy?.parked).toBe(0);
    const lag = policy?.partitions.some((partition) => partition.lag > 0);
    const open = (policy?.waiting ?? 0) + (policy?.failing ?? 0) + (policy?.timers ?? 0);
    if (!lag && open === 0) return;
    await sleep(20);
  }
}

/** Written straight to the pipe: what is said has been said, also when the next instant is the last one. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
