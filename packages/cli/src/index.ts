/** `@foldstream/cli`: the `foldstream` command. */
export { run } from "./program.ts";
