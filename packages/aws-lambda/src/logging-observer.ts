/** Puts into the log what somebody must see to, beside whatever the app observes itself. */
import type { RuntimeObserver } from "foldstream";
import type { Log } from "./log-line.ts";

/** Alarms may be set on these messages. */
export function loggingObserver(log: Log, observer: RuntimeObserver = {}): RuntimeObserver {
  return {
    ...observer,
    streamParked(observed) {
      observer.streamParked?.(observed);
      // Its name, and what its error says, may be personal.
      log("error", "A stream was parked. See foldstream parked.", { projection: observed.projection });
    },
    stepFailed(observed) {
      observer.stepFailed?.(observed);
      const { projection, attempt } = observed;
      log("warn", "A step failed. It is tried again. See foldstream status.", { projection, attempt });
    },
  };
}
