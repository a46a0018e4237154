/** The composition root: every function of an app, in one copy of one bundle or spread over several. */
import { httpHandler } from "@foldstream/http";
import type { App } from "foldstream";
import { type HostOptions, openHost } from "./host.ts";
import { type HttpFunction, type HttpFunctionOptions, httpFunction } from "./http-function.ts";
import { type ObjectCommands, type ObjectFunction, objectFunction } from "./object/object-function.ts";
import { type QueueFunction, type QueueOptions, queueFunction } from "./queue/queue-function.ts";
import { type AuditFunction, type AuditSliceOptions, auditFunction } from "./slice/audit-function.ts";
import { type RebuildFunction, rebuildFunction } from "./slice/rebuild-function.ts";
import { type WorkerFunction, type WorkerRole, workerFunction } from "./worker/worker-function.ts";

export interface LambdaFunctionsOptions<A extends App = App> extends HostOptions<A> {
  readonly http?: HttpFunctionOptions;
  readonly queue?: QueueOptions;
  /** Commands for changes of S3 objects. Default: none. */
  readonly objects?: ObjectCommands;
  readonly audit?: AuditSliceOptions;
}

export interface LambdaFunctions {
  /** Answers HTTP. */
  readonly http: HttpFunction;
  /** Records, projects and runs policies, whatever wakes it: all in one. */
  readonly worker: WorkerFunction;
  /** Records alone: for the log table's stream, where projections have a function of their own. */
  readonly recorder: WorkerFunction;
  /** Records and projects. */
  readonly projector: WorkerFunction;
  /** Records and runs policies. */
  readonly policies: WorkerFunction;
  /** A worker for some projections and policies only. */
  readonly workerOf: (role: WorkerRole) => WorkerFunction;
  /** Executes commands of an SQS queue. */
  readonly queue: QueueFunction;
  /** Executes commands for changes of S3 objects. */
  readonly objects: ObjectFunction;
  readonly audit: AuditFunction;
  readonly rebuild: RebuildFunction;
  /** Records whatever the feed still lacks, by looking through the whole log. */
  readonly sweep: () => Promise<void>;
}

/**
 * Opens the engine and prepares the read models, in Lambda's init phase when it is awaited at the top level, and makes the functions
 * that a bundle exports.
 */
export async function lambdaFunctions<A extends App>(options: LambdaFunctionsOptions<A>): Promise<LambdaFunctions> {
  const host = await openHost(options);
  return {
    http: httpFunction(host, (http) => httpHandler(host.runtime, http), options.http),
    worker: workerFunction(host),
    recorder: workerFunction(host, "record only"),
    projector: workerFunction(host, { policies: [] }),
    policies: workerFunction(host, { projections: [] }),
    workerOf: (role) => workerFunction(host, role),
    queue: queueFunction(host, options.queue),
    objects: objectFunction(host, options.objects ?? (() => undefined)),
    audit: auditFunction(host, options.audit),
    rebuild: rebuildFunction(host),
    sweep: async () => host.engine.sweep?.(),
  };
}
