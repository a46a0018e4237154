/** What cannot be run on this machine. */

const brand = Symbol.for("foldstream.lambda-local-error");

export type LocalDeploymentErrorCode =
  /** The bundle lacks a function that the templates have. */
  | "missing-export"
  /** The templates name something that they do not define, or that is not run here. */
  | "unsupported-template";

export class LocalDeploymentError extends Error {
  readonly [brand] = true;
  readonly code: LocalDeploymentErrorCode;

  constructor(code: LocalDeploymentErrorCode, message: string) {
    super(message);
    this.name = "LocalDeploymentError";
    this.code = code;
  }
}

/** True for one from any copy of this package. */
export function isLocalDeploymentError(error: unknown): error is LocalDeploymentError {
  return typeof error === "object" && error !== null && brand in error;
}
