/** How ratios to the bare driver have changed. */
import { foldstream } from "./all-libraries.ts";
import type { PeerRow } from "./rows.ts";

/** Below this share of what is stored, a line is marked: drift of a machine explains less than that. */
const notable = 0.8;

/** A line for each ratio of this project to the bare driver. */
export function trend(now: readonly PeerRow[], before: readonly PeerRow[]): string[] {
  const ours = (rows: readonly PeerRow[]) => rows.filter(({ library }) => library === foldstream.name);
  return ours(now).flatMap(({ engine, question, toBare }) => {
    if (toBare === undefined) return [];
    const then = ours(before).find((row) => row.engine === engine && row.question === question)?.toBare;
    const what = `${engine}, ${question}: ${toBare} of the bare driver`;
    if (then === undefined) return [`${what}, nothing stored`];
    return [`${what}, stored ${then}${toBare < then * notable ? ", LESS THAN BEFORE" : ""}`];
  });
}
