/** Runs a function once, so that Node keeps what it compiled of it: `node fill-cache.mjs <bundle> <event>`. */
import { flushCompileCache } from "node:module";

const [, , bundle = "", event = "{}"] = process.argv;
const { handler } = await import(bundle);
await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 30_000 });
flushCompileCache();
process.exit();
