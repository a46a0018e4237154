/** `node writer-process.ts <file> <name> <seed> [count]` */
import { runWriter, writerOptions } from "../../../tests/engines/writer.ts";
import { sqliteEngine } from "../src/index.ts";

const [path = "", ...options] = process.argv.slice(2);
await runWriter(sqliteEngine({ path }), writerOptions(options));
