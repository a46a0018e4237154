/** `node upkeep-process.ts <endpoint> <prefix of the tables> <name> <seed>` */
import { runUpkeep, slow, upkeepOptions } from "../../../tests/engines/upkeep.ts";
import { dynamoDbEngine } from "../src/index.ts";
import { clientConfigAt } from "./client-config.ts";

const [endpoint = "", tablePrefix = "", ...options] = process.argv.slice(2);
const engine = await dynamoDbEngine({ client: clientConfigAt(endpoint), tablePrefix });
await runUpkeep(engine, { ...upkeepOptions(options), pace: slow });
