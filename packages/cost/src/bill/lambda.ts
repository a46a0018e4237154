/** Lambda: requests and the time that functions run, on arm64 as they are deployed. */
import type { Deployed } from "../deployment/deployed.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";
import { secondsOfAudit } from "../traffic/consumption.ts";
import { queueBatch } from "../traffic/load.ts";
import { gigabyte, storedBy } from "../traffic/shapes.ts";
import type { Situation } from "./situation.ts";
import type { Usage } from "./usage.ts";

/** How often a function runs in a month, and how long each time. */
export interface Runs {
  readonly role: string;
  readonly count: number;
  readonly seconds: number;
}

export function runsOf({ profile, deployed, mean, seconds }: Situation): readonly Runs[] {
  const { commands, queries, workerMilliseconds } = profile;
  const byQueue = commands.by === "queue";
  const batch = Math.min(queueBatch, Math.max(1, mean.commands));
  const asked = mean.queries * seconds;
  const given = mean.commands * seconds;
  const waited = queries.readYourWrites * queries.waitMilliseconds;
  return [
    { role: "http", count: byQueue ? 0 : given, seconds: commands.milliseconds / 1_000 },
    { role: "http", count: asked, seconds: (queries.milliseconds + waited) / 1_000 },
    { role: "queue", count: byQueue ? given / batch : 0, seconds: (commands.milliseconds * batch) / 1_000 },
    { role: "worker", count: mean.wakeUps * seconds, seconds: workerMilliseconds / 1_000 },
    { role: "worker", count: deployed.scheduled.worker ?? 0, seconds: idleSeconds },
    { role: "audit", count: deployed.scheduled.audit ?? 0, seconds: secondsOfAudit(profile, deployed) },
    { role: "sweep", count: deployed.scheduled.sweep ?? 0, seconds: sweepSeconds(profile, deployed) },
  ].filter(({ count }) => count > 0);
}

/** Of a worker that finds nothing to do. */
const idleSeconds = 0.05;
/** That a scan reads in a second. */
const scannedBytes = 10 * 1_024 ** 2;

function sweepSeconds(profile: TrafficProfile, { functions }: Deployed): number {
  const needed = (storedBy(profile).logGb * gigabyte) / scannedBytes;
  return Math.min(functions.sweep?.timeoutSeconds ?? 0, Math.max(idleSeconds, needed));
}

export function lambdaUsage(situation: Situation): readonly Usage[] {
  const { functions } = situation.deployed;
  return runsOf(situation).flatMap(({ role, count, seconds }): readonly Usage[] => {
    const memoryGb = (functions[role]?.memoryMb ?? 512) / 1_024;
    const each = `${Math.round(count)} runs`;
    return [
      {
        service: "Lambda",
        item: `${role}: requests`,
        quantity: count,
        unit: "requests",
        price: "lambda.request",
        formula: each,
      },
      {
        service: "Lambda",
        item: `${role}: time`,
        quantity: count * seconds * memoryGb,
        unit: "GB seconds",
        price: "lambda.arm-gb-second",
        formula: `${each} x ${Number(seconds.toPrecision(3))} s x ${memoryGb} GB`,
      },
    ];
  });
}
