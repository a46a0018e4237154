/** What a profile comes to in a second: appends, wake-ups, queries, and how busy the functions are. */
import type { TrafficProfile } from "../profile/traffic-profile.ts";

/** Lambda looks at each shard of a table's stream four times a second (AWS Lambda Developer Guide, "Process DynamoDB records with Lambda"). */
const pollsPerSecond = 4;
/** Messages of a batch in the mapping of the command queue. */
export const queueBatch = 10;

export interface Rates {
  readonly commands: number;
  readonly queries: number;
}

export interface Load extends Rates {
  readonly appends: number;
  readonly events: number;
  /** Of the worker, by news. */
  readonly wakeUps: number;
  /** Appends that a wake-up brings news of. */
  readonly appendsPerWakeUp: number;
  /** Queries that bring a token. */
  readonly tokens: number;
  /** Copies of each function that are at work, on average. */
  readonly busy: Readonly<Record<"http" | "queue" | "worker", number>>;
}

export function meanRates({ commands, queries }: TrafficProfile): Rates {
  return { commands: commands.perSecond, queries: queries.perSecond };
}

export function peakRates({ commands, queries }: TrafficProfile): Rates {
  return {
    commands: commands.peakPerSecond ?? commands.perSecond,
    queries: queries.peakPerSecond ?? queries.perSecond,
  };
}

/** A batching window gathers news for so long before the worker is woken. */
export function loadAt(profile: TrafficProfile, rates: Rates, windowSeconds = 0): Load {
  const { commands, events, queries, workerMilliseconds } = profile;
  const appends = rates.commands / commands.perAppend;
  const every = Math.max(1 / pollsPerSecond, windowSeconds, workerMilliseconds / 1_000);
  const wakeUps = Math.min(appends, 1 / every);
  const tokens = rates.queries * queries.readYourWrites;
  const byQueue = commands.by === "queue";
  const commanding = (rates.commands * commands.milliseconds) / 1_000;
  const asking = (rates.queries * queries.milliseconds + tokens * queries.waitMilliseconds) / 1_000;
  return {
    ...rates,
    appends,
    events: rates.commands * events.perCommand,
    wakeUps,
    appendsPerWakeUp: wakeUps === 0 ? 0 : appends / wakeUps,
    tokens,
    busy: {
      http: asking + (byQueue ? 0 : commanding),
      queue: byQueue ? commanding : 0,
      worker: (wakeUps * workerMilliseconds) / 1_000,
    },
  };
}
