/** Turns for steps of one projection: one after the other, or several at a time that have no row in common. */
import type { RecordedEvent } from "../../definition/event.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import type { PagedEvent } from "./event-pages.ts";
import { handles } from "./fold.ts";

/** The rows that a step may change, by key; "all" shares its turn with nothing. */
export type Claim = ReadonlySet<string> | "all";

export class StepTurns {
  readonly #held = new Set<Claim>();
  readonly #waiting: { readonly claim: Claim; readonly begin: () => void }[] = [];

  /** First come, first served. */
  async run<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(claim))
      await new Promise<void>((begin) => this.#waiting.push({ claim, begin }));
    else this.#held.add(claim);
    try {
      return await work();
    } finally {
      this.#held.delete(claim);
      this.#admit();
    }
  }

  #admit(): void {
    for (let [next] = this.#waiting; next && this.#fits(next.claim); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#held.add(next.claim);
      next.begin();
    }
  }

  #fits(claim: Claim): boolean {
    return [...this.#held].every((other) => isApart(claim, other));
  }
}

function isApart(one: Claim, other: Claim): boolean {
  return one !== "all" && other !== "all" && ![...one].some((key) => other.has(key));
}

/** Facts are only added, and each has a place of its own. */
export function claimOf(projection: AnyProjection, events: readonly PagedEvent[]): Claim {
  if ("foldIntents" in projection) return "all";
  if (projection.into === "facts") return new Set();
  const { key } = projection as unknown as { readonly key: (event: RecordedEvent) => string | undefined };
  try {
    const handled = events.filter(({ stored }) => handles(projection, stored));
    return new Set(handled.map(({ recorded }) => key(recorded)).filter((found) => found !== undefined));
  } catch {
    return "all";
  }
}
