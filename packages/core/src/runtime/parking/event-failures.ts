/** Finds the event that made a step fail, and counts how often each has failed. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { EventPage, PagedEvent } from "../projection/event-pages.ts";
import { EventFailedError, isRefusedRow } from "./event-failed-error.ts";

export interface Blame {
  /** The first event of the page is at fault. */
  readonly failed?: EventFailedError;
  /** The step to take first: the page up to the event at fault, or a part of it that narrows the search. */
  readonly before?: EventPage;
}

/**
 * Whom to blame for an error of a step over `page`, of which `passed` were folded; nobody for failures of an engine. A target says that a
 * row is refused but not because of which event: halves of the page tell.
 */
export function blame(
  { name }: AnyProjection,
  error: unknown,
  page: EventPage,
  passed: readonly PagedEvent[],
): Blame | undefined {
  if (error instanceof EventFailedError) return blameEvent(page, error);
  const [first] = passed;
  if (!first || !isRefusedRow(error)) return undefined;
  if (passed.length === 1) return blameEvent(page, new EventFailedError(`projection "${name}"`, first, error));
  const middle = passed[Math.ceil(passed.length / 2) - 1] as PagedEvent;
  return { before: cut(page, page.events.indexOf(middle) + 1) };
}

function blameEvent(page: EventPage, failed: EventFailedError): Blame {
  const index = page.events.indexOf(failed.event);
  return index > 0 ? { before: cut(page, index) } : { failed };
}

/** The first events of a page. */
function cut({ events }: EventPage, count: number): EventPage {
  const kept = events.slice(0, count);
  return { events: kept, next: (kept.at(-1) as PagedEvent).stored.position, full: true };
}

/** How often the event at the head of each partition has failed. */
export class Attempts {
  readonly #counts = new Map<string, { readonly position: number; readonly count: number }>();

  /** Counts one more, and returns how many it makes. */
  add(partition: string, { event }: EventFailedError): number {
    const { position } = event.stored;
    const known = this.#counts.get(partition);
    const count = known?.position === position ? known.count + 1 : 1;
    this.#counts.set(partition, { position, count });
    return count;
  }
}
