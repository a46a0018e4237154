/** `node upkeep-process.ts <file> <name> <seed>` */
import { runUpkeep, upkeepOptions } from "../../../tests/engines/upkeep.ts";
import { sqliteEngine } from "../src/index.ts";

const [path = "", ...options] = process.argv.slice(2);
await runUpkeep(sqliteEngine({ path }), upkeepOptions(options));
