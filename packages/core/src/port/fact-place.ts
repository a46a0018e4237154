/** Where a fact came from, as text that sorts as the feed does. */

export interface FactPlace {
  readonly partition: string;
  readonly position: number;
  /** 0-based among the facts of one event. */
  readonly index: number;
}

/** Such as `0#0000000000000017#00000000`. The mark sorts before letters and digits, so that a partition comes before those that begin like it. */
export function factKey({ partition, position, index }: FactPlace): string {
  return `${partition}#${String(position).padStart(16, "0")}#${String(index).padStart(8, "0")}`;
}

/** The place that `factKey` wrote. */
export function factPlace(key: string): FactPlace {
  const [, partition = "", position, index] = /^(.*)#(\d+)#(\d+)$/s.exec(key) ?? [];
  return { partition, position: Number(position), index: Number(index) };
}
