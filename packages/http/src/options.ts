/** What a host may choose, and what it gets when it does not. */
import type { Principal, Runtime } from "foldstream";
import type { ToJsonSchema } from "./json-schema.ts";

/** The part of a runtime that answers requests. */
export type HostedRuntime = Pick<
  Runtime,
  "app" | "dispatch" | "executeTogether" | "ask" | "readStream" | "onProgress" | "status"
>;

export interface FailedRequest {
  /** The opaque id that the client got in `instance`. */
  readonly instance: string;
  readonly method: string;
  /** The route's pattern, which unlike the URL holds no data. */
  readonly route: string;
  readonly request: Request;
}

export interface HttpOptions {
  /** Path under which all routes hang, such as `/api`. Default: none. */
  readonly basePath?: string;
  /** Largest body, in bytes. Default 1 MiB. */
  readonly bodyLimit?: number;
  /** Longest time until an answer begins, in milliseconds. Default 30,000. Work that was begun is not undone. */
  readonly requestTimeoutMs?: number;
  /** Longest `Prefer: wait` that is granted, in milliseconds. Default 20,000, and never more than `requestTimeoutMs`. */
  readonly maxWaitMs?: number;
  /**
   * Says who sends the request; `undefined` refuses it with 401, an exception is a 500. Asked for every route but `/livez` and
   * `/readyz`. Without it everybody may do everything.
   */
  readonly authenticate?: (request: Request) => Principal | undefined | Promise<Principal | undefined>;
  /** The challenge sent with a 401 in `WWW-Authenticate`. Default `Bearer`. */
  readonly challenge?: string;
  /** The text behind `/metrics`. Without it there is no such route. */
  readonly metrics?: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** Hears of exceptions that clients are not told about. Must not throw. Default: `console.error`. */
  readonly onError?: (error: unknown, failed: FailedRequest) => void;
  /** JSON Schema for libraries that do not implement Standard JSON Schema; consulted first. */
  readonly toJsonSchema?: ToJsonSchema;
  readonly openapi?: OpenApiOptions;
  readonly live?: Partial<LiveSettings>;
}

export interface OpenApiOptions {
  /** Version of the API. Default `1.0.0`. */
  readonly version?: string;
  readonly description?: string;
  /** `identifier` is an SPDX expression. */
  readonly license?: { readonly name: string; readonly identifier?: string };
  /** Base URLs. Default: the base path on whatever host serves the document. */
  readonly servers?: readonly string[];
}

export interface LiveSettings {
  /** Shortest time between two runs of a live query, in milliseconds: news that comes faster is taken together. Default 100. */
  readonly pauseMs: number;
  /** Runs it again at least this often, since another process may have taken the step. Default 1,000. */
  readonly recheckMs: number;
  /** Longest silence, so that dead connections show. Default 15,000. */
  readonly heartbeatMs: number;
  /** Ends the stream; clients reconnect and are authenticated again. Default 600,000. */
  readonly lifetimeMs: number;
}

const liveDefaults: LiveSettings = { pauseMs: 100, recheckMs: 1_000, heartbeatMs: 15_000, lifetimeMs: 600_000 };

/** Everything that routes need, with the defaults filled in. */
export interface Host {
  readonly runtime: HostedRuntime;
  readonly basePath: string;
  readonly bodyLimit: number;
  readonly requestTimeoutMs: number;
  readonly maxWaitMs: number;
  readonly live: LiveSettings;
  readonly toJsonSchema: ToJsonSchema;
  readonly onError: (error: unknown, failed: FailedRequest) => void;
  readonly options: HttpOptions;
}

export function hostOf(runtime: HostedRuntime, options: HttpOptions, toJsonSchema: ToJsonSchema): Host {
  const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
  return {
    runtime,
    basePath: (options.basePath ?? "").replace(/\/+$/, ""),
    bodyLimit: options.bodyLimit ?? 1024 * 1024,
    requestTimeoutMs,
    maxWaitMs: Math.min(options.maxWaitMs ?? 20_000, requestTimeoutMs),
    live: { ...liveDefaults, ...options.live },
    toJsonSchema,
    onError:
      options.onError ??
      ((error, { instance, method, route }) => console.error(`${instance} ${method} ${route}`, error)),
    options,
  };
}
