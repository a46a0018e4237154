/** Exceptions of running on AWS Lambda. */

const brand = Symbol.for("foldstream.lambda-error");

export type LambdaErrorCode = "unsupported-event" | "invalid-message" | "not-recorded" | "not-done";

/** What Lambda is told when an invocation, or one message of it, cannot be dealt with. `code` is stable. */
export class LambdaError extends Error {
  readonly [brand] = true;
  readonly code: LambdaErrorCode;

  constructor(code: LambdaErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "LambdaError";
    this.code = code;
  }
}

/** True for any of these exceptions, also from another copy of this package. */
export function isLambdaError(error: unknown): error is LambdaError {
  return typeof error === "object" && error !== null && brand in error;
}
