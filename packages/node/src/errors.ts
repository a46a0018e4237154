/** Exceptions of running in Node. */

const brand = Symbol.for("foldstream.node-error");

/** The server cannot listen, since another process has the port. */
export class PortTakenError extends Error {
  readonly [brand] = true;
  readonly code = "port-taken";
  readonly port: number;

  constructor(host: string, port: number, options?: { readonly cause?: unknown }) {
    super(
      `Port ${port} on ${host} is taken by another process. Stop that process, or choose another port: \`--port ${port + 1}\`, or PORT=${port + 1} in the environment.`,
      options,
    );
    this.name = "PortTakenError";
    this.port = port;
  }
}

/** True for the error of a taken port, also from another copy of this package. */
export function isPortTakenError(error: unknown): error is PortTakenError {
  return typeof error === "object" && error !== null && brand in error;
}
