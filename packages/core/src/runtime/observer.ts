/** Where metrics and traces listen in. Observers must not throw. */
import type { ReadModelAudit } from "./audit/report.ts";
import type { RebuildProgress } from "./rebuild/rebuild-types.ts";

export interface RuntimeObserver {
  /** A command has been answered. `outcome` is `accepted`, `replayed`, `failed` or the reason of the refusal. */
  command?(observed: {
    readonly aggregate: string;
    readonly command: string;
    readonly outcome: string;
    readonly ms: number;
  }): void;
  /** An append has been tried: how many commands shared it, how many events it carried, and how it ended. */
  append?(observed: {
    readonly commands: number;
    readonly events: number;
    readonly result: "ok" | "version-conflict" | "duplicate-command";
  }): void;
  /** A projection has taken a step. */
  step?(observed: {
    readonly projection: string;
    readonly events: number;
    readonly rows: number;
    readonly ms: number;
    /** The distinct `traceparent`s of the events that it handled. */
    readonly traceparents: () => readonly string[];
  }): void;
  /** A projection's step has failed and will be retried. */
  stepFailed?(observed: { readonly projection: string; readonly error: unknown; readonly attempt: number }): void;
  /** A projection has set a stream aside after its retries, and goes on with the others. */
  streamParked?(observed: { readonly projection: string; readonly stream: string; readonly error: Error }): void;
  /** This worker has taken a projection's lease and works on it from now on. */
  leaseTaken?(observed: { readonly projection: string; readonly epoch: number }): void;
  /** Another worker has taken over a lease of this one, which stops working on the projection. */
  leaseLost?(observed: { readonly projection: string; readonly epoch: number }): void;
  /** The leases could not be read, taken, renewed or given back. Tried again, unless the runtime stops. */
  leasesFailed?(observed: { readonly error: unknown; readonly attempt: number }): void;
  /** A read model is being built beside the one that serves. */
  rebuilding?(observed: RebuildProgress): void;
  /** A raised version of a projection has caught up, and queries read it from now on. */
  switched?(observed: { readonly projection: string; readonly from: number; readonly to: number }): void;
  /** Switching to a raised version has failed; it will be tried again. */
  switchFailed?(observed: {
    readonly projection: string;
    readonly from: number;
    readonly to: number;
    readonly error: unknown;
  }): void;
  /** A snapshot could not be written; the next one will be tried as usual. */
  snapshotFailed?(observed: { readonly error: unknown }): void;
  /** A read model has been compared with the log, whole or a sample of it. */
  audited?(observed: ReadModelAudit): void;
  /** The background could not audit a read model; it tries the next sample as usual. */
  auditFailed?(observed: { readonly projection: string; readonly error: unknown }): void;
  /** A query has been answered. `waitedMs` is what the consistency token cost. */
  query?(observed: {
    readonly query: string;
    readonly outcome: string;
    readonly ms: number;
    readonly waitedMs: number;
  }): void;
}
