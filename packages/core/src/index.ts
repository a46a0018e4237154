/** What applications and hosts use. Adapters implement `foldstream/port`. */
export {
  type Aggregate,
  type AggregateOptions,
  type AnyAggregate,
  aggregate,
  type CommandInput,
  type CommandName,
  type DecideContext,
  type Decision,
  type NewEvent,
} from "./definition/aggregate.ts";
export { type App, app } from "./definition/app.ts";
export { type Column, type Columns, columnProblem, type NewRow, type RowOf, t } from "./definition/column.ts";
export {
  type Effect,
  type EffectContext,
  type EffectHandler,
  type EffectInput,
  type EffectPayload,
  effect,
  performs,
} from "./definition/effect.ts";
export {
  type EventDeclarations,
  type EventMetadata,
  event,
  eventId,
  type Principal,
  type RecordedEvent,
  type StreamId,
  type Upcaster,
} from "./definition/event.ts";
export {
  type CancelIntent,
  type CommandIntent,
  cancel,
  type Due,
  type EffectIntent,
  type Intent,
  type Intents,
  perform,
  send,
  type TimerIntent,
  timer,
} from "./definition/intent.ts";
export {
  type AnyPolicy,
  type IntentRetries,
  type Policy,
  type PolicyOptions,
  policy,
  type RejectedCommand,
  type Schedule,
  type ScheduledRun,
} from "./definition/policy.ts";
export {
  type AnyProjection,
  type EventFrom,
  type FactProjection,
  facts,
  projection,
  type Table,
  type TableProjection,
  table,
} from "./definition/projection.ts";
export {
  type AnyQuery,
  type ProjectionRow,
  type Query,
  type QueryContext,
  type QueryInput,
  type QueryOutput,
  query,
} from "./definition/query.ts";
export { isRejection, type Rejection, reject } from "./definition/rejection.ts";
export type { Input, Issue, Output, Schema } from "./definition/schema.ts";
export {
  DefinitionError,
  EffectRefusedError,
  FoldstreamError,
  type FoldstreamErrorCode,
  InvalidEventError,
  InvalidIntentError,
  InvalidRowError,
  InvalidTokenError,
  isFoldstreamError,
  LeaseLostError,
  ProjectionHaltedError,
  StoppedError,
  StoreFailureError,
  UnknownNameError,
} from "./errors.ts";
export type { LogAudit } from "./runtime/audit/audit-log.ts";
export {
  type AuditOptions,
  type AuditProgress,
  type AuditResult,
  type Drift,
  type DriftedRow,
  type DriftKind,
  driftKinds,
  type ReadModelAudit,
} from "./runtime/audit/report.ts";
export type { Behind, CatchUpOptions, CaughtUp } from "./runtime/catch-up/catch-up.ts";
export { combinedEngine, type EngineParts } from "./runtime/combined-engine.ts";
export {
  type CommandRuntime,
  type CommandRuntimeOptions,
  createCommandRuntime,
} from "./runtime/command/command-runtime.ts";
export type {
  BuildComparison,
  ComparedBuild,
  CompareOptions,
  DifferingRow,
} from "./runtime/compare/comparison.ts";
export { createRuntime, type RuntimeOptions } from "./runtime/create-runtime.ts";
export type { WorkReport } from "./runtime/lease/lease-note.ts";
export { nearest } from "./runtime/nearest.ts";
export type { RuntimeObserver } from "./runtime/observer.ts";
export type {
  Accepted,
  CommandOutcome,
  InOrderOutcome,
  NotYet,
  QueryOutcome,
  Refused,
  TogetherOutcome,
} from "./runtime/outcome.ts";
export { isAnswer } from "./runtime/outcome.ts";
export type { ParkedCommand } from "./runtime/parking/parked-commands.ts";
export type { ParkedFilter, ParkedIn, RedrivenIn, RedriveOptions } from "./runtime/parking/parking-desk.ts";
export type { RedriveProgress } from "./runtime/parking/redrive-count.ts";
export type { ParkedTarget } from "./runtime/policy/parked-lanes.ts";
export type {
  BuildPlace,
  BuildStatus,
  ReadModelBuilds,
  RebuildOptions,
  RebuildProgress,
  RebuildResult,
  SwitchResult,
} from "./runtime/rebuild/rebuild-types.ts";
export type {
  CommandOptions,
  CommandRequest,
  QueryOptions,
  RecordedStreamEvent,
  Runtime,
  StreamPage,
} from "./runtime/runtime.ts";
export { defaultSettings, type Settings } from "./runtime/settings.ts";
export type {
  Health,
  PartitionStatus,
  PolicyStatus,
  ProjectionStatus,
  RuntimeStatus,
} from "./runtime/status/status.ts";
export { withTargets } from "./runtime/targets/with-targets.ts";
export type { TracedCommand, Tracing } from "./runtime/tracing.ts";
