/** The status of an app as text: a line for each consumer, and below it what should be looked at. */
import { driftKinds, type PolicyStatus, type ProjectionStatus, type RuntimeStatus } from "foldstream";
import { inColumns } from "./columns.ts";
import { duration, inFull } from "./pace.ts";

type Consumer = ProjectionStatus | PolicyStatus;
type Partitions = Consumer["partitions"];

const titles = ["consumer", "health", "position", "behind", "rate", "last step", "parked", ""] as const;

export function describeStatus(
  { projections, policies }: Pick<RuntimeStatus, "projections" | "policies">,
  now: number,
): string {
  const consumers: readonly Consumer[] = [...projections, ...policies];
  if (consumers.length === 0) return "The app has no projections and no policies.";
  const rows = consumers.map((consumer) => [
    consumer.name,
    consumer.health,
    inFull(sum(consumer.partitions, ({ position }) => position)),
    behind(consumer.partitions),
    consumer.work && consumer.health !== "stalled" ? `${consumer.work.eventsPerSecond}/s` : "",
    ago(consumer.work?.steppedAt, now),
    inFull(parkedIn(consumer)),
    "waiting" in consumer ? intentsOf(consumer) : auditOf(consumer, now),
  ]);
  return [...inColumns([titles, ...rows]), ...consumers.flatMap(hints)].join("\n");
}

/** Streams, and commands and effects of policies. */
export function parkedIn(consumer: Consumer): number {
  return consumer.parked + ("parkedStreams" in consumer ? consumer.parkedStreams : 0);
}

function sum(partitions: Partitions, of: (partition: Partitions[number]) => number): number {
  return partitions.reduce((total, partition) => total + of(partition), 0);
}

function behind(partitions: Partitions): string {
  const lag = sum(partitions, (partition) => partition.lag);
  const oldest = Math.max(0, ...partitions.map(({ lagMs }) => lagMs));
  return lag === 0 ? "-" : `${inFull(lag)} events, ${duration(oldest / 1_000)}`;
}

/** Clocks of other machines may be ahead. */
function ago(at: number | undefined, now: number): string {
  return at === undefined ? "" : `${duration(Math.max(0, now - at) / 1_000)} ago`;
}

function auditOf({ lastAudit }: ProjectionStatus, now: number): string {
  if (!lastAudit) return "not audited";
  const { ok, rows, sample, drift, at, unsettled, indexes, problem } = lastAudit;
  const found = driftKinds.filter((kind) => drift[kind] > 0).map((kind) => `${inFull(drift[kind])} ${kind}`);
  const others = [
    ...(indexes > 0 ? [`${inFull(indexes)} index problems`] : []),
    ...(unsettled > 0 ? [`${inFull(unsettled)} unsettled`] : []),
    ...(problem === undefined ? [] : ["not comparable"]),
  ];
  const result = ok ? "as the log says" : [...found, ...others].join(", ");
  return `audited ${ago(at, now)}${sample ? ` (1/${sample.of})` : ""}: ${inFull(rows)} rows, ${result}`;
}

function intentsOf({ waiting, timers, failing }: PolicyStatus): string {
  return `due: ${inFull(waiting)}, failing: ${inFull(failing)}, timers: ${inFull(timers)}`;
}

function hints(consumer: Consumer): readonly string[] {
  const { name, health, holder, work } = consumer;
  const parked = parkedIn(consumer);
  const error = work?.error === undefined ? "" : ` ${work.error}`;
  return [
    ...(health === "stalled" ? [`${name} is stalled: ${reasonOf(holder, work)}${error}`] : []),
    ...(health === "halted" || health === "failing" ? [`${name} is ${health}:${error}`] : []),
    ...(parked > 0 ? [`${name} has parked ${inFull(parked)}: see foldstream parked.`] : []),
  ];
}

function reasonOf(holder: string | undefined, work: Consumer["work"]): string {
  if (holder === undefined) return "nobody works on it. Start the app.";
  const since = work ? new Date(Math.max(work.steppedAt ?? 0, work.since)).toISOString() : "it began";
  return `worker ${holder} has taken no step since ${since}.`;
}
