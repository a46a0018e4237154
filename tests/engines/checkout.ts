/** Orders that a policy takes to their payment, on any engine: what a process does until it is killed, and what must hold after it. */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createRuntime, performs, type Runtime } from "foldstream";
import type { Engine, FedEvent } from "foldstream/port";
import { expect } from "vitest";
import { realEnvironment } from "../../packages/core/test/bank.ts";
import { receipt, shop } from "../../packages/core/test/checkout.ts";
import { everything } from "./log.ts";

/** What an order of that number costs; every fifth is more than the till takes. */
const centsOf = (number: number) => (number % 5 === 4 ? 2_000 : 1 + (number % 9));

function shopRuntime(engine: Engine, performed: (key: string) => void): Runtime {
  const effects = [performs(receipt, async (_, { idempotencyKey }) => performed(idempotencyKey))];
  const settings = { leaseMs: 1_000, pollMs: 50 };
  return createRuntime(shop, { engine, environment: realEnvironment, effects, settings }) as unknown as Runtime;
}

export interface CheckoutOptions {
  /** Begins the ids of its orders. */
  readonly name: string;
  /** Default: without end. */
  readonly count?: number;
  /** Hears `ok <order> <cents>` for each order that was placed, and `did <key>` for each effect. Default: stdout does. */
  readonly say?: (line: string) => void;
}

/** Places orders on four lanes while the policy works on them. */
export async function runCheckout(engine: Engine, options: CheckoutOptions): Promise<void> {
  const { name, count = Number.POSITIVE_INFINITY, say = print } = options;
  const runtime = shopRuntime(engine, (key) => say(`did ${key}`));
  await runtime.start();
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const number = next++;
      const id = `${name}-${number}`;
      const data = { cents: centsOf(number) };
      const placing = { aggregate: "order", id, command: "Place", data, commandId: `place-${id}` };
      if ((await runtime.dispatch(placing)).ok) say(`ok ${id} ${data.cents}`);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  await runtime.stop();
}

/**
 * Lets everything that was begun come to its end, and checks it: each order paid once or cancelled once, each cent in the till once. `said` is
 * what all processes have said so far; what is performed here is added to it.
 */
export async function expectCheckedOut(engine: Engine, said: string[]): Promise<void> {
  const runtime = shopRuntime(engine, (key) => said.push(`did ${key}`));
  await runtime.start();
  const log = await atRest(runtime, engine, said);
  await runtime.stop();
  for (const [stream, events] of ordersIn(log)) expectEnded(stream, events);
  const placed = log.filter(({ type }) => type === "order.Placed").map(centsIn);
  const charged = log.filter(({ type }) => type === "till.Charged").map(centsIn);
  expect(sum(charged)).toBe(sum(placed.filter((cents) => cents <= 1_000)));
  expect(new Set(said.filter((line) => line.startsWith("did "))).size).toBe(charged.length);
}

function ordersIn(log: readonly FedEvent[]): Map<string, FedEvent[]> {
  const events = log.filter(({ type }) => type.startsWith("order."));
  return Map.groupBy(events, ({ stream }) => stream);
}

function expectEnded(stream: string, events: readonly FedEvent[]): void {
  const [placed, ...then] = events.map(({ type }) => type);
  expect(placed, stream).toBe("order.Placed");
  expect(then, stream).toEqual([centsIn(events[0] as FedEvent) > 1_000 ? "order.Cancelled" : "order.Paid"]);
}

const centsIn = ({ data }: FedEvent): number => (JSON.parse(data) as { cents: number }).cents;
const sum = (cents: readonly number[]): number => cents.reduce((total, one) => total + one, 0);

/**
 * The log once each order that was acknowledged is in it and has come to its end, and nothing is left to be done: no command, no effect, no
 * timer. An order that is lost, or never ends, shows as a test that does not either.
 */
async function atRest(runtime: Runtime, { eventFeed }: Engine, said: readonly string[]): Promise<readonly FedEvent[]> {
  const acknowledged = said.filter((line) => line.startsWith("ok ")).map((line) => `order-${line.split(" ")[1]}`);
  for (;;) {
    if (await isIdle(runtime)) {
      const log = await everything(eventFeed);
      const orders = ordersIn(log);
      const ended = [...orders.values()].every(({ length }) => length > 1);
      if (ended && acknowledged.every((stream) => orders.has(stream))) return log;
    }
    await sleep(20);
  }
}

async function isIdle(runtime: Runtime): Promise<boolean> {
  const [policy] = (await runtime.status()).policies;
  expect(policy?.parked).toBe(0);
  const open = (policy?.waiting ?? 0) + (policy?.failing ?? 0) + (policy?.timers ?? 0);
  return open === 0 && policy?.partitions.every(({ lag }) => lag === 0) === true;
}

/** Written straight to the pipe: what is said has been said, also when the next instant is the last one. */
function print(line: string): void {
  writeSync(1, `${line}\n`);
}
