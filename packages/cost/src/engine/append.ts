/** What appends to a stream consume (`tip.ts` of the engine: a tip that stays within a unit, and batches split off from it). */
import { readUnits, writeUnits } from "./units.ts";

const tipBytes = 1_024;
/** By which the engine decides whether the tip would outgrow a unit, with a name of 24 characters. */
const tipEstimateBytes = 84;
/** Keys, version and revision beside the chunks, with the same name. */
const tipItemBytes = 65;
const batchItemBytes = 76;
/** A member of a list takes one byte more. */
const memberBytes = 1;
/** That DynamoDB bills for each item beside its bytes (Amazon DynamoDB Developer Guide, "Estimate table size"). */
const itemStorageBytes = 100;

/** Chunks of the same size that fit a tip before it is split. */
export function chunksInTip(chunk: number): number {
  return Math.max(1, Math.floor((tipBytes - tipEstimateBytes) / chunk));
}

/** Write units of all the appends to a stream, from its first. */
export function writesOfStream(appends: number, chunk: number): number {
  const inTip = chunksInTip(chunk);
  const tip = writeUnits(tipItemBytes + Math.min(appends, inTip) * (chunk + memberBytes));
  const batch = writeUnits(batchItemBytes + inTip * (chunk + memberBytes));
  return appends * tip + batchesOf(appends, inTip) * batch;
}

/** Read units of the first append of a process to a stream that holds so many: its state, which may be stale, and the command ids of its batches. */
export function readsOfStream(appends: number, chunk: number): number {
  const units = readUnits(appends * chunk);
  return units / 2 + (appends > chunksInTip(chunk) ? units : 0);
}

export function storedBytesOfStream(appends: number, chunk: number): number {
  return appends * chunk + (1 + batchesOf(appends, chunksInTip(chunk))) * (batchItemBytes + itemStorageBytes);
}

function batchesOf(appends: number, inTip: number): number {
  return Math.max(0, Math.ceil(appends / inTip) - 1);
}
