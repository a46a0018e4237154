/** The sizes that a profile comes to: of an append, of a stream, of the log and of read models. */

import { hoursPerMonth } from "../deployment/deployed.ts";
import { storedBytesOfStream } from "../engine/append.ts";
import { type Contents, chunkBytes, feedPayloadBytes } from "../engine/payload-bytes.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";

/** Beside an item, as DynamoDB bills storage, with its keys. */
const itemOverheadBytes = 200;
export const gigabyte = 1_024 ** 3;

export function appendOf({ commands, events }: TrafficProfile): Contents {
  return { commands: commands.perAppend, events: commands.perAppend * events.perCommand };
}

export function appendsOfStream({ commands, streams }: TrafficProfile): number {
  return Math.max(1, streams.commandsEach / commands.perAppend);
}

export function secondsOfTraffic({ commands }: TrafficProfile): number {
  return (commands.hoursPerDay / 24) * hoursPerMonth * 3_600;
}

export function eventsInLog(profile: TrafficProfile): number {
  return commandsInLog(profile) * profile.events.perCommand;
}

function commandsInLog(profile: TrafficProfile): number {
  return profile.commands.perSecond * secondsOfTraffic(profile) * profile.logMonths;
}

export interface Stored {
  readonly logGb: number;
  readonly feedGb: number;
  readonly readModelsGb: number;
}

/** After the log has been growing for `logMonths`. */
export function storedBy(profile: TrafficProfile): Stored {
  const commands = commandsInLog(profile);
  const streams = commands / profile.streams.commandsEach;
  const append = appendOf(profile);
  const stream = storedBytesOfStream(appendsOfStream(profile), chunkBytes(append, profile.events));
  const fed = feedPayloadBytes(append.events, profile.events) + itemOverheadBytes;
  const rows = profile.projections.reduce((sum, { rows, rowBytes }) => sum + rows * (rowBytes + itemOverheadBytes), 0);
  return {
    logGb: (streams * stream) / gigabyte,
    feedGb: ((commands / profile.commands.perAppend) * fed + streams * itemOverheadBytes) / gigabyte,
    readModelsGb: rows / gigabyte,
  };
}
