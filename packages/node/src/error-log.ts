/** Writes failed requests to the log: for the `onError` of `@foldstream/http`. */
import type { FailedRequest } from "@foldstream/http";
import { type Logger, pino } from "pino";

/**
 * One JSON line per failure, with the id that the client got. The route's pattern stands for the URL, and neither headers nor bodies
 * are logged. Pass your own pino logger to choose where lines go.
 */
export function errorLog(
  logger: Logger = pino({ name: "foldstream" }),
): (error: unknown, failed: FailedRequest) => void {
  return (error, { instance, method, route }) =>
    logger.error({ err: error, instance, method, route }, "request failed");
}
