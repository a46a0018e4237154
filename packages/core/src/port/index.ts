/** What adapters implement. */

export { batches } from "./batches.ts";
export type { BlobStore } from "./blob-store.ts";
export { isLive, isSameBuild, withBuild, withDrop, withSwitch } from "./build-list.ts";
export {
  type ControlCheckpoint,
  type ControlRecord,
  describeColumns,
  isSameLease,
  type Refusal,
  refusalOf,
} from "./control-record.ts";
export {
  checkDocumentKey,
  documentProblem,
  documentRow,
  invalidRow,
  rowOfDocument,
  storedDocumentRow,
} from "./document-row.ts";
export type { Engine, Target } from "./engine.ts";
export type { Clock, Environment, Ids, Random, Scheduler } from "./environment.ts";
export type { EventFeed, FedEvent, FeedPage, FeedPoint } from "./event-feed.ts";
export type {
  AppendResult,
  CommandReceipt,
  EventStore,
  EventStoreCapabilities,
  EventToAppend,
  ReadOptions,
  ReceiptPage,
  ReceiptToAppend,
  StoredEvent,
  StoredSnapshot,
  StreamWrite,
} from "./event-store.ts";
export { type FactPlace, factKey, factPlace } from "./fact-place.ts";
export { checkTexts } from "./kept-text.ts";
export type { ParkedError, ParkedPage, ParkedStream, ParkedWrite, ParkingStore, Reached } from "./parking.ts";
export type {
  Build,
  BuildStore,
  DerivedIndexes,
  FactWrite,
  FindOptions,
  IndexProblem,
  Lease,
  LeaseStore,
  LoadedDocument,
  ReadModel,
  ReadModelReader,
  ReadModelStore,
  ReadModelWrite,
  Redriven,
  Row,
  RowWrite,
  ScannedRow,
  ScanOptions,
  ScanPage,
  SqlReader,
  Targets,
  WriteResult,
} from "./read-model-store.ts";
export { checkedLimit, checkedOffset, checkSearchable, knownColumn } from "./reader-input.ts";
export { RecentMap } from "./recent-map.ts";
export { Turns } from "./turns.ts";
export { wordsOf } from "./words.ts";
