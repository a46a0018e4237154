/** Compares the facts of two builds: those of events that both included when it began, since a fact never changes after that. */
import { factPlace } from "../../port/fact-place.ts";
import { commonPlace } from "./common-place.ts";
import type { CompareSide, Pair } from "./compare-side.ts";
import { mergedScan } from "./merged-scan.ts";

export async function compareFacts(side: CompareSide): Promise<void> {
  const { upTo } = await commonPlace(side);
  const isCovered = ({ key }: Pair) => {
    const { partition, position } = factPlace(key);
    return position <= (upTo.get(partition) ?? 0);
  };
  for await (const pair of mergedScan(side)) if (isCovered(pair)) side.tally.add(pair);
}
