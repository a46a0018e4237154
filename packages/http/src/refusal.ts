/** What commands and queries refuse, as problems. */
import type { ParkedCommand, QueryOutcome, Refused } from "foldstream";
import { etagOf } from "./preconditions.ts";
import { invalidInput, type Problem, problem, problemResponse } from "./problem.ts";

export function refusedCommand(refused: Refused): Response {
  const headers = refused.reason === "version-conflict" ? { etag: etagOf(refused.actual) } : {};
  return problemResponse(commandProblem(refused), headers);
}

export function commandProblem(refused: Refused): Problem {
  switch (refused.reason) {
    case "invalid":
      return invalidInput(refused.issues);
    case "rejected": {
      const { code, message, details } = refused.rejection;
      return problem("rejected", { detail: message, rejection: { code, message, ...(details && { details }) } });
    }
    case "version-conflict":
      return versionConflict(refused.expected, refused.actual);
    case "command-id-reused":
      return problem("idempotency-key-reused", {
        detail:
          "This Idempotency-Key was used for another command or payload. Use a new key for a new command. Nothing was executed.",
      });
  }
}

function versionConflict(expectedVersion: number | undefined, actualVersion: number): Problem {
  if (expectedVersion === undefined) {
    return problem("contention", {
      detail:
        "Other processes kept writing to this stream first. Nothing was written; retry with the same Idempotency-Key.",
      actualVersion,
      retryAfter: 1,
    });
  }
  return problem("version-conflict", {
    detail:
      "The stream is not at the version that the request expects. Read it again, then decide. Nothing was written.",
    expectedVersion,
    actualVersion,
  });
}

export function refusedQuery(refused: Extract<QueryOutcome<unknown>, { readonly ok: false }>): Problem {
  if (refused.reason === "invalid") return invalidInput(refused.issues);
  if (refused.reason === "rebuilding") return rebuilding(refused.projection);
  if (refused.reason === "parked") return parkedStream(refused.parked);
  const { waitedMs, waitingFor } = refused;
  return problem("not-yet-consistent", {
    detail: `Projection "${waitingFor.projection}" has not reached the Consistency-Token in time. Retry, or wait longer with Prefer: wait=<seconds>.`,
    waitedMs,
    waitingFor,
    retryAfter: 1,
  });
}

/** Asking again is no use before somebody has looked after it, so no time for that is named. */
function parkedStream(parked: ParkedCommand): Problem {
  const { projection } = parked;
  return problem("parked", {
    detail: `Projection "${projection}" has set aside a stream that the Consistency-Token stands for, since one of its events failed. It answers with the command included once that was redriven: foldstream redrive --projection ${projection}.`,
    parked,
  });
}

function rebuilding(projection: string): Problem {
  return problem("rebuilding", {
    detail: `Projection "${projection}" is being built for this version of the app, and the version before lacks what it declares. Retry.`,
    projection,
    retryAfter: 5,
  });
}
