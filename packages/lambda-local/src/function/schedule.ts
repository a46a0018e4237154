/** A rule of EventBridge that wakes a function again and again. */
import { randomUUID } from "node:crypto";

export interface ScheduleOptions {
  readonly everyMs: number;
  /** Takes the event; invocations by a rule are asynchronous. */
  readonly send: (event: unknown) => void;
}

export class Schedule {
  readonly #timer: NodeJS.Timeout;

  constructor({ everyMs, send }: ScheduleOptions) {
    this.#timer = setInterval(() => send(scheduledEvent()), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Of `rate(5 minutes)` and the like, in milliseconds. Nothing for any other expression. */
export function rateMs(expression: string): number | undefined {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return count === undefined ? undefined : Number(count) * (unitMs[unit] as number);
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function scheduledEvent(): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "000000000000",
    time: new Date().toISOString(),
    region: "eu-central-1",
    resources: ["arn:aws:events:eu-central-1:000000000000:rule/local"],
    detail: {},
  };
}
