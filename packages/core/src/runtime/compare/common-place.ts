/** How far two builds are, as they are now. */
import type { ReadModel } from "../../port/read-model-store.ts";
import type { Place } from "../audit/expected-rows.ts";
import type { CompareSide } from "./compare-side.ts";

export interface CommonPlace {
  /** What both include. */
  readonly upTo: Place;
  /** What at least one includes. */
  readonly beyond: Place;
}

export async function commonPlace(side: CompareSide): Promise<CommonPlace> {
  const { target, partitions } = side;
  const placeOf = (model: ReadModel) => Promise.all(partitions.map((name) => target.checkpoint(model, name)));
  const places = [await placeOf(side.live), await placeOf(side.build)];
  const over = (choose: (...positions: number[]) => number): Place =>
    new Map(partitions.map((name, index) => [name, choose(...places.map((place) => place[index] ?? 0))]));
  return { upTo: over(Math.min), beyond: over(Math.max) };
}
