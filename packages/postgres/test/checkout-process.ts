/** `node checkout-process.ts <connection string> <schema> <name>` */
import { runCheckout } from "../../../tests/engines/checkout.ts";
import { postgresEngine } from "../src/index.ts";

const [connectionString = "", schema = "", name = ""] = process.argv.slice(2);
await runCheckout(postgresEngine({ connection: { connectionString }, schema, connections: 4 }), { name });
