/** The rows of two builds side by side, key by key. Holds a page of each. */
import { compareText } from "../../memory/compare-text.ts";
import type { ReadModel, ScannedRow } from "../../port/read-model-store.ts";
import { scanAll } from "../audit/scan-all.ts";
import type { CompareSide, Pair } from "./compare-side.ts";

export async function* mergedScan(side: CompareSide): AsyncGenerator<Pair> {
  const [lives, builds] = [rowsOf(side, side.live), rowsOf(side, side.build)];
  let [live, build] = [(await lives.next()).value, (await builds.next()).value];
  for (let first = live ?? build; first; first = live ?? build) {
    const order = live && build ? compareText(live.key, build.key) : live ? -1 : 1;
    const key = order > 0 && build ? build.key : first.key;
    yield { key, live: order <= 0 ? live : undefined, build: order >= 0 ? build : undefined };
    if (order <= 0) live = (await lives.next()).value;
    if (order >= 0) build = (await builds.next()).value;
  }
}

async function* rowsOf(side: CompareSide, model: ReadModel): AsyncGenerator<ScannedRow, undefined> {
  for await (const page of scanAll({ ...side, model })) yield* page;
}
