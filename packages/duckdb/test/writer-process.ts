/** `node writer-process.ts <folder> <name> <seed> [count]` */
import { runWriter, writerOptions } from "../../../tests/engines/writer.ts";
import { engineIn } from "./engine.ts";

const [folder = "", ...options] = process.argv.slice(2);
await runWriter(await engineIn(folder), writerOptions(options));
