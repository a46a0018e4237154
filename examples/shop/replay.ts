/** `npm run shop`: replays the invoices, shows how it goes, and checks the outcome. */
import { replayCommand } from "@foldstream/example-replay";
import { app } from "./app.ts";
import { check } from "./check/check.ts";
import { concurrency, replay } from "./replay/replay-invoices.ts";
import { shopSite } from "./site.ts";

const file = 'the lines of UCI "Online Retail" as CSV, maybe compressed (default: made up ones)';

await replayCommand({ app, what: "invoices", concurrency, file, site: shopSite, replay, check });
