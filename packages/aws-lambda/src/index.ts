/** `@foldstream/aws-lambda`: an app as AWS Lambda functions. */
export { type CommandFunctions, type CommandFunctionsOptions, commandFunctions } from "./command-functions.ts";
export { isLambdaError, LambdaError, type LambdaErrorCode } from "./errors.ts";
export type { HostOptions, LambdaEngine } from "./host.ts";
export type { HttpEvent, HttpFunction, HttpFunctionOptions, HttpResult } from "./http-function.ts";
export { type LambdaFunctions, type LambdaFunctionsOptions, lambdaFunctions } from "./lambda-functions.ts";
export type { Log, LogLevel } from "./log-line.ts";
export type { ObjectCommands, ObjectFunction } from "./object/object-function.ts";
export type { StoredObject } from "./object/stored-object.ts";
export type { PartialAnswer } from "./partial-answer.ts";
export type { QueueFunction, QueueOptions } from "./queue/queue-function.ts";
export type { AuditFunction, AuditSlice, AuditSliceOptions } from "./slice/audit-function.ts";
export type { RebuildFunction, RebuildSlice } from "./slice/rebuild-function.ts";
export type { Invocation } from "./time-left.ts";
export type { ReportMetrics, Standing } from "./worker/report-standing.ts";
export type { WorkerFunction, WorkerRole } from "./worker/worker-function.ts";
