/** `node writer-process.ts <connection string> <schema> <name> <seed> [count]` */
import { runWriter, writerOptions } from "../../../tests/engines/writer.ts";
import { postgresEngine } from "../src/index.ts";

const [connectionString = "", schema = "", ...options] = process.argv.slice(2);
await runWriter(postgresEngine({ connection: { connectionString }, schema, connections: 4 }), writerOptions(options));
