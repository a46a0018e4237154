/** Event stores with one mistake each, as somebody might make it. */
import { brokenAppends } from "./appends.ts";
import { brokenKeeping } from "./keeping.ts";
import { brokenReceiptListing } from "./receipt-listing.ts";
import { brokenReceipts } from "./receipts.ts";

export const brokenEventStores = [...brokenAppends, ...brokenReceipts, ...brokenReceiptListing, ...brokenKeeping];
