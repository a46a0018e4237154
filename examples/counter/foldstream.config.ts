/** For the `foldstream` command: the app, on what `npm start` keeps it in, and what it is deployed as on AWS. */
import type { Topology } from "@foldstream/cloudformation";
import { defaultEngine, openRunning } from "@foldstream/example-engines";

export { default as app } from "./counter.ts";
export const engine = () => openRunning(defaultEngine, "counter", process.env.FOLDSTREAM_DATA ?? "data");

/** Two functions, three tables, a page. */
export const topology: Topology = { name: "counter", functions: { audit: {}, sweep: {} }, page: {} };
