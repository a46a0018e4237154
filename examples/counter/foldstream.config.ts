/** For the `foldstream` command: the app, on what `npm start` keeps it in. */
import { defaultEngine, openRunning } from "@foldstream/example-engines";

export { default as app } from "./counter.ts";
export const engine = () => openRunning(defaultEngine, "counter", process.env.FOLDSTREAM_DATA ?? "data");
