/** A command that the domain refuses: a value, not an exception. */

const brand = Symbol.for("foldstream.rejection");

/** The domain's "no". `code` is stable and meant for programs, `message` for people. */
export interface Rejection {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Refuses a command from `decide`. Nothing is written, and the caller gets `code`, `message` and `details` back. */
export function reject(code: string, message: string, details?: Readonly<Record<string, unknown>>): Rejection {
  return Object.freeze({ [brand]: true, code, message, ...(details && { details }) });
}

/** True for what `reject` returned, also when another copy of this package made it. */
export function isRejection(value: unknown): value is Rejection {
  return typeof value === "object" && value !== null && brand in value;
}
