/** `node checkout-process.ts <file> <name>` */
import { runCheckout } from "../../../tests/engines/checkout.ts";
import { sqliteEngine } from "../src/index.ts";

const [path = "", name = ""] = process.argv.slice(2);
await runCheckout(sqliteEngine({ path }), { name });
