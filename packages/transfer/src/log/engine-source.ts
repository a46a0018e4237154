/** An engine as something to copy from. */
import type { CommandReceipt, Engine } from "foldstream/port";
import { FeedReader } from "./feed-reader.ts";
import type { LogSource } from "./log-source.ts";

const receiptsPerPage = 1_000;

export function engineSource({ eventFeed, eventStore }: Engine): LogSource {
  return {
    name: "the source",
    mayGrow: true,

    read() {
      const feed = new FeedReader(eventFeed);
      return {
        events: () => feed.pages(),
        receipts: () => allReceipts(eventStore),
        share: () => feed.share(),
      };
    },

    receiptsOf: (stream, commandIds) => eventStore.receipts(stream, commandIds),
  };
}

/** Every receipt of a store, in pages. */
export async function* allReceipts(store: Engine["eventStore"]): AsyncGenerator<readonly CommandReceipt[]> {
  let after: string | undefined;
  do {
    const page = await store.listReceipts({ limit: receiptsPerPage, ...(after !== undefined && { after }) });
    yield page.receipts;
    after = page.next;
  } while (after !== undefined);
}
