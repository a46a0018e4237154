/** One callable suite per port. Enrol an adapter in the suites of the ports that it implements. */
export { type Blobs, blobStoreCases, blobStoreConformance } from "./blob-store/blob-store-conformance.ts";
export { type ConformanceCase, type Defended, nameOf, type Opened } from "./conformance-case.ts";
export { eventFeedCases, eventFeedConformance } from "./event-feed/event-feed-conformance.ts";
export { eventStoreCases, eventStoreConformance } from "./event-store/event-store-conformance.ts";
export type { Log } from "./event-store/log-case.ts";
export { readModelCases, readModelConformance } from "./read-model/read-model-conformance.ts";
export type { Target } from "./read-model/target-case.ts";
export { type Reopenable, runCase, type Suite } from "./run-case.ts";
