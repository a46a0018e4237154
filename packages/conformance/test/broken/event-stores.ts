/** Event stores with one mistake each, as somebody might make it. */
import { brokenAppends } from "./appends.ts";
import { brokenKeeping } from "./keeping.ts";
import { brokenReceipts } from "./receipts.ts";

export const brokenEventStores = [...brokenAppends, ...brokenReceipts, ...brokenKeeping];
