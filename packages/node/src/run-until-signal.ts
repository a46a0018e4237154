/** Runs until the operator stops the process. */

const signals = ["SIGINT", "SIGTERM"] as const;
/** What shells report for a process that Ctrl-C ended. */
const forcedExit = 130;

/**
 * Waits for SIGINT (Ctrl-C) or SIGTERM, then closes down in order. A second signal while that goes on exits at once, with 130:
 * accepted commands are safe even then.
 */
export async function runUntilSignal(close: () => Promise<void>): Promise<void> {
  const signalled = Promise.withResolvers<void>();
  let count = 0;
  const onSignal = () => {
    if (++count > 1) process.exit(forcedExit);
    signalled.resolve();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    await signalled.promise;
    await close();
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
