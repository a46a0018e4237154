/** The one exception of the client: no usable answer came. Everything a server says is a value instead. */

export type ClientErrorCode =
  /** No answer, also after the retries: whether a command was executed is not known; retry it under the same command id. */
  | "network"
  /** The caller's signal. */
  | "aborted"
  /** The answer is not what a Foldstream server sends. */
  | "bad-response";

const brand = Symbol.for("foldstream.client-error");

export class ClientError extends Error {
  readonly [brand] = true;
  readonly code: ClientErrorCode;
  /** Of the command whose fate is open. */
  readonly commandId: string | undefined;

  constructor(
    code: ClientErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly commandId?: string | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ClientError";
    this.code = code;
    this.commandId = options.commandId;
  }
}

/** True for the client's exception, also one from another copy of this package. */
export function isClientError(error: unknown): error is ClientError {
  return typeof error === "object" && error !== null && brand in error;
}
