/** G2: what a store remembers of commands can be carried elsewhere, whole. */
import type { CommandReceipt, EventStore } from "foldstream/port";
import { expect } from "vitest";
import { increments, range, receipt, write } from "../example.ts";
import { append, type LogCase } from "./log-case.ts";

/** More pages than any case can need: a listing that does not end is a mistake too. */
const mostPages = 1_000;

async function listing(store: EventStore, limit: number): Promise<(readonly CommandReceipt[])[]> {
  const pages: (readonly CommandReceipt[])[] = [];
  let after: string | undefined;
  do {
    const page = await store.listReceipts({ limit, ...(after !== undefined && { after }) });
    pages.push(page.receipts);
    after = page.next;
  } while (after !== undefined && pages.length < mostPages);
  expect(after, "the last page has no next").toBeUndefined();
  return pages;
}

const listed = async (store: EventStore, limit: number) => (await listing(store, limit)).flat();

const placeOf = ({ stream, commandId }: CommandReceipt) => JSON.stringify([stream, commandId]);
const inOrder = (receipts: readonly CommandReceipt[]) =>
  receipts.toSorted((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));

/** Ten streams with three receipts each, under the same three command ids. */
async function executeThirty(store: EventStore): Promise<CommandReceipt[]> {
  const executed: CommandReceipt[] = [];
  for (const index of range(10)) {
    const stream = `counter-${index}`;
    const receipts = [receipt("a", 1), receipt("A", 2), receipt("b 'é' 👍", 2)];
    const token = await append(store, write(stream, 0, increments(2), receipts));
    executed.push(...receipts.map((one) => ({ ...one, stream, token })));
  }
  return executed;
}

export const receiptListing: readonly LogCase[] = [
  {
    defends: "G2",
    title: "lists every receipt once, whatever the size of the pages",
    async run({ eventStore }) {
      const executed = inOrder(await executeThirty(eventStore));

      for (const limit of [1, 2, 7, 30, 100]) expect(inOrder(await listed(eventStore, limit))).toEqual(executed);
    },
  },
  {
    defends: "G2",
    title: "lists the receipts of commands without events, of streams without events too",
    async run({ eventStore }) {
      const nothing = await append(eventStore, write("counter-1", 0, [], [receipt("nothing", 0)]));
      const first = await append(eventStore, write("counter-2", 0, increments(1), [receipt("first", 1)]));
      const idle = await append(eventStore, write("counter-2", 1, [], [receipt("idle", 1)]));

      expect(inOrder(await listed(eventStore, 2))).toEqual([
        { ...receipt("nothing", 0), stream: "counter-1", token: nothing },
        { ...receipt("first", 1), stream: "counter-2", token: first },
        { ...receipt("idle", 1), stream: "counter-2", token: idle },
      ]);
    },
  },
  {
    defends: "Port",
    title: "lists receipts in an order that does not change while nothing is written",
    async run({ eventStore }) {
      await executeThirty(eventStore);
      const order = await listed(eventStore, 100);

      for (const limit of [1, 7, 100]) expect(await listed(eventStore, limit)).toEqual(order);
    },
  },
  {
    defends: "Port",
    title: "lists at most `limit` receipts a page",
    async run({ eventStore }) {
      await executeThirty(eventStore);

      for (const limit of [1, 2, 7]) {
        const sizes = (await listing(eventStore, limit)).map(({ length }) => length);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
      }
    },
  },
  {
    defends: "Port",
    title: "lists nothing, and comes to an end, where no command was executed",
    async run({ eventStore }) {
      expect(await listed(eventStore, 100)).toEqual([]);
      await append(eventStore, write("counter-1", 0));

      expect(await listed(eventStore, 1)).toEqual([]);
    },
  },
];
