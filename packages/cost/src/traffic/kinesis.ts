/** The log's changes as records of a Kinesis stream (Amazon Kinesis Data Streams Developer Guide, "Quotas and limits"). */
import { chunksInTip } from "../engine/append.ts";
import { chunkBytes } from "../engine/payload-bytes.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";
import type { Load } from "./load.ts";
import { appendOf } from "./shapes.ts";

export interface Records {
  readonly perSecond: number;
  /** Of each. */
  readonly bytes: number;
}

export const recordsPerShard = 1_000;
export const bytesPerShard = 1_024 ** 2;
const payloadUnitBytes = 25 * 1_024;
/** Names, keys and times of a change beside its image. */
const envelopeBytes = 500;

/** A record for each append, and one for each batch that is split off. */
export function recordsAt(profile: TrafficProfile, { appends }: Load): Records {
  const chunk = chunkBytes(appendOf(profile), profile.events);
  const inTip = chunksInTip(chunk);
  return { perSecond: appends * (1 + 1 / inTip), bytes: inTip * chunk + envelopeBytes };
}

export function shardsFor({ perSecond, bytes }: Records): number {
  return Math.max(1, Math.ceil(perSecond / recordsPerShard), Math.ceil((perSecond * bytes) / bytesPerShard));
}

/** That a record is billed as. */
export function payloadUnits(bytes: number): number {
  return Math.ceil(bytes / payloadUnitBytes);
}
