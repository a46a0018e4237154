/** Files that a bill cannot be made of, found before anything is computed. */
import type { z } from "zod";

const brand = Symbol.for("foldstream.cost.error");

export type CostErrorCode =
  /** The traffic profile does not fit. */
  | "invalid-profile"
  /** The price file does not fit. */
  | "invalid-prices"
  /** What a bill is to be compared with is no bill, or one in another currency. */
  | "invalid-bill"
  /** The log holds no event to measure. */
  | "nothing-to-measure";

export class CostError extends Error {
  readonly [brand] = true;
  readonly code: CostErrorCode;

  constructor(code: CostErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "CostError";
    this.code = code;
  }
}

/** True for one from any copy of this package. */
export function isCostError(error: unknown): error is CostError {
  return typeof error === "object" && error !== null && brand in error;
}

/** Names each place that does not fit, and what was expected there. */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  code: CostErrorCode,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join(".") || "the whole file"}: ${message}`);
  throw new CostError(code, issues.join("; "), { cause: result.error });
}
