/** Tells the operator of a failure, and gives the client the id under which that was done. */
import type { Failure } from "./failure.ts";
import type { Host } from "./options.ts";
import type { Problem } from "./problem.ts";

export function report(host: Host, failure: Failure, error: unknown, request: Request, route: string): Problem {
  if (!failure.report || request.signal.aborted) return failure.problem;
  const instance = `urn:uuid:${crypto.randomUUID()}`;
  host.onError(error, { instance, method: request.method, route, request });
  return { ...failure.problem, instance };
}
