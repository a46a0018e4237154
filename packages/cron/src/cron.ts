/** A schedule from a cron expression, reckoned by croner. */
import { Cron } from "croner";
import { DefinitionError, type Schedule } from "foldstream";

export interface CronOptions {
  /** A name of the IANA time zone database. Default `UTC`. */
  readonly timezone?: string;
}

/**
 * Minute, hour, day of month, month, day of week: `cron("30 3 * * *", { timezone: "Europe/Berlin" })`. A time that the clock skips when
 * summer begins is taken right after the skip; one that it shows twice when summer ends, once.
 * @throws DefinitionError when the expression or the time zone is not valid.
 */
export function cron(expression: string, { timezone = "UTC" }: CronOptions = {}): Schedule {
  const pattern = parsed(expression, timezone);
  return {
    description: `${expression} ${timezone}`,
    next: (ms) => pattern.nextRun(new Date(ms))?.getTime(),
  };
}

function parsed(expression: string, timezone: string): Cron {
  try {
    const pattern = new Cron(expression, { timezone, paused: true, mode: "5-part" });
    pattern.nextRun(new Date(0));
    return pattern;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DefinitionError(
      `cron("${expression}"): expected minute, hour, day of month, month, day of week, and a time zone such as "Europe/Berlin"; ${why}`,
    );
  }
}
