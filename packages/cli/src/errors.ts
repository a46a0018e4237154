/** What is wrong with how the command was called: exit code 2, nothing was done. */

const brand = Symbol.for("foldstream.usage-error");

export class UsageError extends Error {
  readonly [brand] = true;

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "UsageError";
  }
}

export function isUsageError(error: unknown): error is UsageError {
  return typeof error === "object" && error !== null && brand in error;
}
