/** For the `foldstream` command: the app, on what `npm start` keeps it in. */
import { defaultEngine, openRunning } from "@foldstream/example-engines";

export { app } from "./app.ts";
export const engine = () => openRunning(defaultEngine, "flights", process.env.FOLDSTREAM_DATA ?? "data");
