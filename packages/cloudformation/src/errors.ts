/** Topologies that cannot be deployed, found before anything is. */

const brand = Symbol.for("foldstream.cloudformation.error");

export class TopologyError extends Error {
  readonly [brand] = true;
  readonly code = "invalid-topology";

  constructor(message: string) {
    super(`${message} Nothing was written.`);
    this.name = "TopologyError";
  }
}

/** True for one from any copy of this package. */
export function isTopologyError(error: unknown): error is TopologyError {
  return typeof error === "object" && error !== null && brand in error;
}
