/** Ctrl-C and SIGTERM as an `AbortSignal`. */

/** Why a run was aborted. */
export class StoppedBySignal extends Error {
  constructor() {
    super("Stopped.");
    this.name = "StoppedBySignal";
  }
}

const signals = ["SIGINT", "SIGTERM"] as const;

export interface StopSignal {
  readonly signal: AbortSignal;
  /** No longer listens: the next Ctrl-C ends the process as usual. */
  release(): void;
}

/** The first one stops cleanly. A second one ends the process at once; what was written is safe even then. */
export function stopSignal(): StopSignal {
  const controller = new AbortController();
  const stop = () => {
    release();
    controller.abort(new StoppedBySignal());
  };
  const release = () => {
    for (const name of signals) process.off(name, stop);
  };
  for (const name of signals) process.on(name, stop);
  return { signal: controller.signal, release };
}
