/** What Foldstream asks of a schema library: Standard Schema, nothing more. */
import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A schema of any Standard Schema library (zod, valibot, arktype, ...). */
export type Schema = StandardSchemaV1;
export type Schemas = Readonly<Record<string, Schema>>;
/** What a caller may pass in, before defaults and transforms. */
export type Input<S extends Schema> = StandardSchemaV1.InferInput<S>;
/** What comes out of validation. */
export type Output<S extends Schema> = StandardSchemaV1.InferOutput<S>;

/** One thing wrong with a value. `pointer` is a JSON Pointer (RFC 6901) into it, `""` for the value itself. */
export interface Issue {
  readonly pointer: string;
  readonly message: string;
}

export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Validates `value`. Stays synchronous for schemas that are, because a promise per command costs more than the check. */
export function validate<S extends Schema>(
  schema: S,
  value: unknown,
): Validation<Output<S>> | Promise<Validation<Output<S>>> {
  const result = schema["~standard"].validate(value);
  return isPromise(result) ? result.then(toValidation<S>) : toValidation<S>(result);
}

export function isPromise<T>(value: T | PromiseLike<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null)?.then === "function";
}

function toValidation<S extends Schema>(result: StandardSchemaV1.Result<unknown>): Validation<Output<S>> {
  if (!result.issues) return { ok: true, value: result.value as Output<S> };
  return {
    ok: false,
    issues: result.issues.map((issue) => ({ pointer: pointerOf(issue.path), message: issue.message })),
  };
}

function pointerOf(path: StandardSchemaV1.Issue["path"]): string {
  return (path ?? [])
    .map((part) => String(typeof part === "object" ? part.key : part))
    .map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}
