/** `node upkeep-process.ts <connection string> <schema> <name> <seed>` */
import { runUpkeep, upkeepOptions } from "../../../tests/engines/upkeep.ts";
import { postgresEngine } from "../src/index.ts";

const [connectionString = "", schema = "", ...options] = process.argv.slice(2);
await runUpkeep(postgresEngine({ connection: { connectionString }, schema, connections: 4 }), upkeepOptions(options));
