/** Problems (RFC 9457): every way in which a request can end other than well. */
import type { Issue } from "foldstream";

/** Stable codes, their status, and the title that goes with them. */
export const problems = {
  "invalid-json": [400, "The body is not JSON"],
  "invalid-header": [400, "A header is malformed"],
  "invalid-parameter": [400, "A parameter is malformed"],
  "invalid-token": [400, "The consistency token is unknown to this store"],
  unauthenticated: [401, "The request is not authenticated"],
  "unknown-name": [404, "The app has nothing of this name"],
  "unknown-route": [404, "There is no such route"],
  "method-not-allowed": [405, "The route does not take this method"],
  rejected: [409, "The domain rejected the command"],
  "version-conflict": [412, "The stream is at another version"],
  "body-too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "The body has another media type than JSON"],
  invalid: [422, "The input does not fit its schema"],
  "idempotency-key-reused": [422, "The idempotency key belongs to another command"],
  unexpected: [500, "Something went wrong on the server"],
  contention: [503, "Other writers kept winning"],
  "not-yet-consistent": [503, "The read model does not include the command yet"],
  parked: [503, "The read model has set a stream of the command aside"],
  rebuilding: [503, "The read model is being built for this version of the app"],
  "timed-out": [503, "The request took too long"],
  unavailable: [503, "The store is unavailable"],
  stopped: [503, "The server is stopping"],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

export type ProblemCode = keyof typeof problems;

/** What a problem may carry besides the members of RFC 9457. */
export interface ProblemDetails {
  readonly detail?: string;
  /** Opaque id of this very occurrence, also given to `onError`. */
  readonly instance?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly nearest?: readonly string[];
  readonly routes?: readonly string[];
  readonly rejection?: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  /** Which of several commands stopped them all, counted from 0. */
  readonly commandIndex?: number;
  readonly expectedVersion?: number;
  readonly actualVersion?: number;
  readonly waitedMs?: number;
  readonly waitingFor?: object;
  readonly projection?: string;
  readonly parked?: object;
  /** Seconds after which a retry makes sense; also sent as `Retry-After`. */
  readonly retryAfter?: number;
}

export interface Problem extends ProblemDetails {
  /** `urn:foldstream:problem:<code>`: what kind of problem this is. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The code of the kind; for a rejection, the domain's own code. */
  readonly code: string;
}

export type ProblemHeaders = Readonly<Record<string, string>>;

/** Refuses a request from anywhere below a route: thrown, since nothing else of that request happens. */
export class RefusedRequest extends Error {
  readonly problem: Problem;
  readonly headers: ProblemHeaders;

  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}, headers: ProblemHeaders = {}) {
    super(detail);
    this.name = "RefusedRequest";
    this.problem = problem(code, { detail, ...details });
    this.headers = headers;
  }
}

export function problem(kind: ProblemCode, details: ProblemDetails = {}): Problem {
  const [status, title] = problems[kind];
  const code = details.rejection?.code ?? kind;
  return { type: `urn:foldstream:problem:${kind}`, title, status, code, ...details };
}

export function problemResponse(body: Problem, headers: ProblemHeaders = {}): Response {
  const retry = body.retryAfter === undefined ? {} : { "retry-after": String(body.retryAfter) };
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...retry, ...headers },
  });
}

/** A path and a message per issue. Values of the input are not repeated. */
export function invalidInput(issues: readonly Issue[]): Problem {
  const errors = issues.map(({ pointer, message }) => ({ pointer, detail: message }));
  return problem("invalid", { detail: "Correct what `errors` names. Nothing was written.", errors });
}
