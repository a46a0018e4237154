/** `node writer-process.ts <connection string> <schema> <name> <seed> [count]` */
import { runWriter, writerOptions } from "../../../tests/engines/writer.ts";
import { postgresEngine } from "../src/index.ts";

const [connectionString = "", schema = "", ...options] = process.argv.slice(2);
const engine = postgresEngine({ connection: { connectionString }, schema, connections: 4 });
// Its server may be killed: then it ends, and what it has said counts.
await runWriter(engine, writerOptions(options)).catch((error: { code?: string }) => {
  if (error.code !== "store-failure") throw error;
  process.exit(2);
});
