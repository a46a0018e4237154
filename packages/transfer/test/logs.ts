/** Logs to copy, and a form in which two engines' logs can be compared. */
import * as fc from "fast-check";
import type { CommandReceipt, Engine, EventToAppend, FedEvent, ReceiptToAppend } from "foldstream/port";

/** One append: events of one command, or several commands, or one without events. */
export interface Step {
  readonly stream: string;
  readonly texts: readonly string[];
  readonly idle: boolean;
  readonly principal: EventToAppend["metadata"]["principal"] | undefined;
}

const names = ["counter-1", "counter-2", "counter-ünï 👍/?#%20", "order-7", "idle-1"];

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    stream: fc.constantFrom(...names),
    texts: fc.array(fc.oneof(fc.json(), fc.constant('"\\ud800 \u2028 é👍"')), { maxLength: 4 }),
    idle: fc.boolean(),
    principal: fc.constantFrom(
      undefined,
      { id: "ádám" },
      { id: "eve", roles: ["a,b", ""] },
      { id: "no roles", roles: [] },
    ),
  }),
  { maxLength: 40 },
);

/** As many appends as given, to `streams` streams, one event and one receipt each; every tenth is an idle command. */
export function plainSteps(count: number, streams = 20): Step[] {
  return Array.from({ length: count }, (_, index) => ({
    stream: `counter-${(index * 7) % streams}`,
    texts: index % 10 === 9 ? [] : [JSON.stringify({ by: index, note: "x".repeat(index % 90) })],
    idle: index % 25 === 0,
    principal: index % 3 === 0 ? { id: `user-${index % 5}` } : undefined,
  }));
}

/** Appends the steps, each as one command, and an idle command more where the step says so. */
export async function fill({ eventStore }: Engine, log: readonly Step[]): Promise<void> {
  const versions = new Map<string, number>();
  for (const [index, { stream, texts, idle, principal }] of log.entries()) {
    const expected = versions.get(stream) ?? 0;
    const version = stream === "idle-1" ? 0 : expected + texts.length;
    const events = version === 0 ? [] : texts.map((data) => eventOf(index, data, principal));
    const receipts = [receiptOf(`command-${index}`, version), ...(idle ? [receiptOf(`idle-${index}`, version)] : [])];
    const result = await eventStore.append([{ stream, expected, events, receipts }]);
    if (!result.ok) throw new Error(`The append to ${stream} was refused: ${result.reason}.`);
    versions.set(stream, version);
  }
}

function eventOf(index: number, data: string, principal: Step["principal"]): EventToAppend {
  const commandId = `command-${index}`;
  const ids = { commandId, causationId: index % 2 ? commandId : "counter-1@1", correlationId: `first-${index % 7}` };
  const traceparent = index % 4 === 0 ? { traceparent: `00-${index}-0-01` } : {};
  return {
    type: index % 5 === 0 ? "counter.Plätze" : "counter.Incremented",
    schemaVersion: 1 + (index % 3),
    data,
    recordedAt: 1_763_752_245_000 + index,
    metadata: { ...ids, ...(principal && { principal }), ...traceparent },
  };
}

function receiptOf(commandId: string, version: number): ReceiptToAppend {
  return { commandId, fingerprint: `fingerprint of ${commandId}`, version };
}

async function feedOf({ eventFeed }: Engine): Promise<FedEvent[]> {
  const events: FedEvent[] = [];
  for (const partition of await eventFeed.partitions()) {
    for (let after = 0; after < (await eventFeed.head(partition)); ) {
      const page = await eventFeed.read(partition, after, 5_000);
      events.push(...page.events);
      after = page.next;
    }
  }
  return events;
}

async function receiptsOf({ eventStore }: Engine): Promise<CommandReceipt[]> {
  const receipts: CommandReceipt[] = [];
  let after: string | undefined;
  do {
    const page = await eventStore.listReceipts({ limit: 500, ...(after !== undefined && { after }) });
    receipts.push(...page.receipts);
    after = page.next;
  } while (after !== undefined);
  return receipts;
}

/** Everything that a copy must keep, in an order that does not depend on the engine. */
export async function contentsOf(engine: Engine) {
  const events = (await feedOf(engine)).map(({ position: _, ...event }) => event);
  const receipts = (await receiptsOf(engine)).map(({ token: _, ...receipt }) => receipt);
  const sorted = <T>(members: readonly T[], place: (member: T) => readonly unknown[]) =>
    members.toSorted((left, right) => (JSON.stringify(place(left)) < JSON.stringify(place(right)) ? -1 : 1));
  return {
    events: sorted(events, ({ stream, version }) => [stream, String(version).padStart(9, "0")]),
    receipts: sorted(receipts, ({ stream, commandId }) => [stream, commandId]),
  };
}
