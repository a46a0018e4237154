/** Event stores that list their receipts with a mistake: a copy of the log would forget commands. */
import type { EventStore, ReceiptPage } from "foldstream/port";
import { brokenStore } from "./memory-log.ts";

type Listing = EventStore["listReceipts"];

function listing(breaks: (list: Listing) => Listing) {
  return (store: EventStore): Partial<EventStore> => ({ listReceipts: breaks(store.listReceipts) });
}

/** A store that changes the pages it lists. */
function repaging(change: (page: ReceiptPage) => ReceiptPage) {
  return listing((list) => async (options) => change(await list(options)));
}

const once = "G2 lists every receipt once, whatever the size of the pages";
const idle = "G2 lists the receipts of commands without events, of streams without events too";

export const brokenReceiptListing = [
  brokenStore(
    "takes the last receipt of a page as the first of the next",
    once,
    repaging(({ receipts, next }) =>
      next === undefined || receipts.length < 2 ? { receipts } : { receipts, next: String(Number(next) - 1) },
    ),
  ),
  brokenStore(
    "leaves one out between pages",
    once,
    repaging(({ receipts, next }) =>
      next === undefined ? { receipts } : { receipts, next: String(Number(next) + 1) },
    ),
  ),
  brokenStore(
    "believes that a full page is the last one",
    once,
    repaging(({ receipts }) => ({ receipts })),
  ),
  brokenStore(
    "lists a command id once, however many streams executed it",
    once,
    repaging(({ receipts, next }) => ({
      receipts: [...new Map(receipts.map((receipt) => [receipt.commandId, receipt])).values()],
      ...(next !== undefined && { next }),
    })),
  ),
  brokenStore(
    "lists the token of the listing in place of the receipt's",
    once,
    repaging((page) => ({ ...page, receipts: page.receipts.map((receipt) => ({ ...receipt, token: "0:0" })) })),
  ),
  brokenStore(
    "lists only what led to events",
    idle,
    repaging((page) => ({ ...page, receipts: page.receipts.filter(({ commandId }) => commandId !== "idle") })),
  ),
  brokenStore(
    "lists only the receipts of streams that have events",
    idle,
    repaging((page) => ({ ...page, receipts: page.receipts.filter(({ version }) => version > 0) })),
  ),
  brokenStore(
    "lists a page in whichever order it comes",
    "Port lists receipts in an order that does not change while nothing is written",
    (store) => {
      let calls = 0;
      return {
        async listReceipts(options) {
          const page = await store.listReceipts(options);
          return calls++ % 2 === 0 ? page : { ...page, receipts: page.receipts.toReversed() };
        },
      };
    },
  ),
  brokenStore(
    "takes the limit for a suggestion",
    "Port lists at most `limit` receipts a page",
    listing(
      (list) =>
        ({ limit, ...options }) =>
          list({ ...options, limit: limit + 1 }),
    ),
  ),
  brokenStore(
    "never comes to an end",
    "Port lists nothing, and comes to an end, where no command was executed",
    listing((list) => async (options) => {
      const page = await list(options);
      return { ...page, next: page.next ?? options.after ?? "0" };
    }),
  ),
];
