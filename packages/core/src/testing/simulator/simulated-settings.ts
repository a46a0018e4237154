/** Settings of a run: small sizes and short times, so that every limit is met soon. */
import { defaultSettings, type Settings } from "../../runtime/settings.ts";
import type { Chance } from "./chance.ts";

export function simulatedSettings(chance: Chance): Partial<Settings> {
  const random = chance.sequence("settings");
  return {
    commandsPerAppend: random.oneOf([1, 3, 512]),
    conflictRetries: random.oneOf([0, 1, 10]),
    cachedStreams: random.oneOf([1, 4, 1_000]),
    eventsPerStep: random.whole(1, 6),
    stepIntervalMs: random.oneOf([0, 5]),
    pollMs: 200,
    stepBackoffMs: 100,
    leaseMs: random.oneOf([120, 400]),
    intentAttempts: random.oneOf([1, 3, 10]),
    intentBackoffMs: 100,
    auditKeysPerPass: random.oneOf([1, 3, 1_000]),
    parking: { ...defaultSettings.parking, retries: random.oneOf([0, 1, 5]), atLeast: Number.POSITIVE_INFINITY },
  };
}
