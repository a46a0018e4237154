/** Pages of the feed that hold events of parked streams: one scan for all of them. */
import type { Environment } from "../../port/environment.ts";
import type { ParkedStream } from "../../port/parking.ts";
import type { EventPage, EventPages } from "../projection/event-pages.ts";

interface ScanSide {
  readonly pages: Pick<EventPages, "read">;
  readonly environment: Environment;
}

/** A live step may have to be completed first, where it was cut off. What still waits after that stays parked. */
const mostScans = 100;
const pauseMs = 50;

/** Visits the pages of each stream in order, from where it stopped, until `visit` says `stop` for it. */
export async function eachParkedEvents(
  side: ScanSide,
  partition: string,
  entries: readonly ParkedStream[],
  visit: (stream: string, page: EventPage) => Promise<"next page" | "stop">,
): Promise<void> {
  const open = new Set(entries.map(({ stream }) => stream));
  for (let scans = 0; open.size > 0 && scans < mostScans; scans++) {
    if (scans > 0) await new Promise<void>((resolve) => side.environment.scheduler.after(pauseMs, resolve));
    const first = Math.min(...entries.filter(({ stream }) => open.has(stream)).map(({ position }) => position));
    for (let after = first - 1; open.size > 0; ) {
      const page = await side.pages.read(partition, after);
      if (page.next === after) break;
      for (const stream of new Set(page.events.map(({ stored }) => stored.stream)))
        if (open.has(stream) && (await visit(stream, page)) === "stop") open.delete(stream);
      after = page.next;
    }
  }
}
