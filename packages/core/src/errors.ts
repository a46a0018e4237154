/** Exceptions of the core. Expected outcomes (conflict, rejection, not found) are values instead. */

export type FoldstreamErrorCode =
  | "invalid-definition"
  | "invalid-event"
  | "invalid-row"
  | "invalid-intent"
  | "effect-refused"
  | "policy-loop"
  | "invalid-limit"
  | "search-undeclared"
  | "invalid-token"
  | "no-commands"
  | "held-back"
  | "too-many-streams"
  | "unknown-name"
  | "lease-lost"
  | "not-caught-up"
  | "build-changed"
  | "unknown-build"
  | "projection-halted"
  | "store-failure"
  | "stopped";

const brand = Symbol.for("foldstream.error");

/** Base of every exception that Foldstream throws. `code` is stable. */
export class FoldstreamError extends Error {
  readonly [brand] = true;
  readonly code: FoldstreamErrorCode;

  constructor(code: FoldstreamErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** True for any Foldstream exception, also one from another copy of this package. */
export function isFoldstreamError(error: unknown): error is FoldstreamError {
  return typeof error === "object" && error !== null && brand in error;
}

/** The application is declared wrongly; found when it is put together, before anything runs. */
export class DefinitionError extends FoldstreamError {
  constructor(message: string) {
    super("invalid-definition", message);
  }
}

/** `decide` or an upcaster produced an event that its schema refuses or JSON cannot hold. Nothing was written. */
export class InvalidEventError extends FoldstreamError {
  constructor(message: string) {
    super("invalid-event", message);
  }
}

/** A projection's handler returned a row that its table cannot hold. Nothing was written. */
export class InvalidRowError extends FoldstreamError {
  constructor(message: string) {
    super("invalid-row", message);
  }
}

/** A policy wanted something that the app does not have or that does not fit. Nothing was written. */
export class InvalidIntentError extends FoldstreamError {
  constructor(message: string) {
    super("invalid-intent", message);
  }
}

/** Thrown by an effect's handler when trying again is no use: the effect is parked at once. */
export class EffectRefusedError extends FoldstreamError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("effect-refused", message, options);
  }
}

/** A consistency token that this store never gave out. */
export class InvalidTokenError extends FoldstreamError {
  constructor(token: string) {
    super(
      "invalid-token",
      `"${token.slice(0, 64)}" is not a consistency token of this store. Pass one that a command returned.`,
    );
  }
}

/** An aggregate, command or query that the app does not have. `nearest` are the closest names it does have. */
export class UnknownNameError extends FoldstreamError {
  readonly nearest: readonly string[];

  constructor(kind: string, name: string, nearest: readonly string[]) {
    const hint = nearest.length > 0 ? ` Did you mean ${nearest.map((near) => `"${near}"`).join(" or ")}?` : "";
    super("unknown-name", `No ${kind} is named "${name}".${hint}`);
    this.nearest = nearest;
  }
}

/** Another worker has taken over the read model that was being worked on. What was written until then is whole; the work can be done again. */
export class LeaseLostError extends FoldstreamError {
  constructor(readModel: string) {
    super(
      "lease-lost",
      `Another worker has taken over the read model "${readModel}". What was done so far is kept; run it again to go on.`,
    );
  }
}

/** A projection has parked so much that it does not move on. A fixed release or a redrive of what is parked makes it go on. */
export class ProjectionHaltedError extends FoldstreamError {
  /** Such as `7 of the 27 streams that it handled lately fail`. */
  readonly found: string;

  constructor(projection: string, found: string, cause: Error) {
    super(
      "projection-halted",
      `projection "${projection}" has halted: ${found}. Fix its handlers and restart, or redrive what is parked; ` +
        `it tries again by itself. ${cause.message}`,
      { cause },
    );
    this.found = found;
  }
}

/** The engine below failed: unreachable, full, corrupt. What was acknowledged before is safe. */
export class StoreFailureError extends FoldstreamError {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super("store-failure", message, options);
  }
}

/** The runtime or store has been stopped. */
export class StoppedError extends FoldstreamError {
  constructor(what: string) {
    super("stopped", `${what} has been stopped and accepts no more work.`);
  }
}
