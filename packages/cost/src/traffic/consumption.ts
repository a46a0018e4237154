/** What the tables' capacity goes to: in a second of traffic, and by the clock in a month. */
import type { Deployed } from "../deployment/deployed.ts";
import { readsOfStream, writesOfStream } from "../engine/append.ts";
import { chunkBytes } from "../engine/payload-bytes.ts";
import { answering, awaiting } from "../engine/query.ts";
import { inTables, scanUnits, type TableUnits, times, totalOf } from "../engine/units.ts";
import { looking, type News, projecting, recording } from "../engine/wake-up.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";
import type { Load } from "./load.ts";
import { appendOf, appendsOfStream, eventsInLog, gigabyte, storedBy } from "./shapes.ts";

export interface Consumption {
  readonly purpose: string;
  readonly tables: TableUnits;
  /** How one of it comes to its units. */
  readonly formula: string;
}

const rounded = (value: number) => Number(value.toPrecision(3));

/** In a second. */
export function consumptionAt(profile: TrafficProfile, load: Load): readonly Consumption[] {
  return [appending(profile, load), ...waking(profile, load), ...asking(profile, load)];
}

function appending(profile: TrafficProfile, { appends }: Load): Consumption {
  const chunk = chunkBytes(appendOf(profile), profile.events);
  const each = appendsOfStream(profile);
  const writes = writesOfStream(each, chunk) / each;
  const reads = readsOfStream(each / 2, chunk) * (1 - profile.commands.stateCached);
  return {
    purpose: "appends",
    tables: inTables({ log: { reads: appends * reads, writes: appends * writes } }),
    formula: `${rounded(appends)} appends/s of ${Math.round(chunk)} bytes x ${rounded(writes)} writes, ${rounded(reads)} reads`,
  };
}

/** What a wake-up brings. */
export function newsOf(profile: TrafficProfile, load: Load): News {
  return {
    streams: load.appendsPerWakeUp,
    append: appendOf(profile),
    shape: profile.events,
    newShare: 1 / appendsOfStream(profile),
  };
}

function waking(profile: TrafficProfile, load: Load): readonly Consumption[] {
  const { wakeUps } = load;
  if (wakeUps === 0) return [];
  const news = newsOf(profile, load);
  const often = `${rounded(wakeUps)} wake-ups/s for ${rounded(news.streams)} appends`;
  const each = (purpose: string, tables: TableUnits): Consumption => ({
    purpose,
    tables: times(tables, wakeUps),
    formula: `${often} x ${inWords(tables)}`,
  });
  return [
    each("recording", recording(news)),
    each("looking for news", looking(profile.projections.length)),
    ...profile.projections.map((projection, index) =>
      each(`projection ${projection.name ?? index + 1}`, projecting(news, projection)),
    ),
  ];
}

function asking(profile: TrafficProfile, { queries, tokens }: Load): readonly Consumption[] {
  const { rows, waitMilliseconds } = profile.queries;
  const answer = answering({ rows, rowBytes: profile.projections[0]?.rowBytes ?? 1 });
  const wait = awaiting(waitMilliseconds);
  return [
    {
      purpose: "queries",
      tables: times(answer, queries),
      formula: `${rounded(queries)} queries/s x ${inWords(answer)}`,
    },
    {
      purpose: "reading one's own writes",
      tables: times(wait, tokens),
      formula: `${rounded(tokens)} queries/s that wait ${waitMilliseconds} ms x ${inWords(wait)}`,
    },
  ];
}

function inWords(tables: TableUnits): string {
  const { reads, writes } = totalOf(tables);
  const parts = [
    ...(writes > 0 ? [`${rounded(writes)} writes`] : []),
    ...(reads > 0 ? [`${rounded(reads)} reads`] : []),
  ];
  return parts.join(", ");
}

/** Parts of the keys that an audit looks at in one run, if there is time for all, and events that it reads in a second (`audit-function.ts`). */
const auditParts = 100;
const auditedPerSecond = 10_000;
/** The share of its time that a slice works. */
const workShare = 0.75;

/** In a month, whatever the traffic. */
export function consumptionByClock(profile: TrafficProfile, deployed: Deployed): readonly Consumption[] {
  const { worker = 0, audit = 0, sweep = 0 } = deployed.scheduled;
  const { logGb, feedGb } = storedBy(profile);
  const look = looking(profile.projections.length);
  const parts = auditPartsPerRun(profile, deployed);
  const consumptions = [
    {
      purpose: "the worker's schedule",
      tables: times(look, worker),
      formula: `${rounded(worker)} runs x ${inWords(look)}`,
    },
    {
      purpose: "audits",
      tables: inTables({ feed: { reads: audit * parts * scanUnits(feedGb * gigabyte) } }),
      formula: `${rounded(audit)} runs x ${rounded(parts)} parts x the feed of ${rounded(feedGb)} GB, a read for 4 KB`,
    },
    {
      purpose: "sweeps",
      tables: inTables({ log: { reads: sweep * scanUnits(logGb * gigabyte) } }),
      formula: `${rounded(sweep)} runs x the log of ${rounded(logGb)} GB, a read for 4 KB`,
    },
  ];
  return consumptions.filter(({ tables }) => totalOf(tables).reads > 0);
}

/** As many as there is time for: less than one where the log is too long for that. */
function auditPartsPerRun(profile: TrafficProfile, deployed: Deployed): number {
  return Math.min(auditParts, auditSeconds(deployed) / secondsOfPart(profile));
}

/** That an audit works in one run. */
export function secondsOfAudit(profile: TrafficProfile, deployed: Deployed): number {
  return auditPartsPerRun(profile, deployed) * secondsOfPart(profile);
}

function auditSeconds({ functions }: Deployed): number {
  return (functions.audit?.timeoutSeconds ?? 0) * workShare;
}

function secondsOfPart(profile: TrafficProfile): number {
  return Math.max(0.1, eventsInLog(profile) / auditedPerSecond);
}
