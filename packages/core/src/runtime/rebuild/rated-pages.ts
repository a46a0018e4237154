/** Pages of the feed at no more than so many events a second. */
import type { Scheduler } from "../../port/environment.ts";
import type { EventPage, EventPages } from "../projection/event-pages.ts";

export class RatedPages implements Pick<EventPages, "read"> {
  readonly #pages: Pick<EventPages, "read">;
  readonly #scheduler: Scheduler;
  readonly #eventsPerSecond: number;
  /** When the page before may be gone beyond. */
  #ready: Promise<void> = Promise.resolve();

  constructor(pages: Pick<EventPages, "read">, scheduler: Scheduler, eventsPerSecond: number) {
    this.#pages = pages;
    this.#scheduler = scheduler;
    this.#eventsPerSecond = eventsPerSecond;
  }

  async read(partition: string, after: number): Promise<EventPage> {
    const turn = this.#ready.then(() => this.#pages.read(partition, after));
    this.#ready = turn.then(({ events }) => this.#pause(events.length)).catch(() => undefined);
    return turn;
  }

  #pause(events: number): Promise<void> {
    const ms = (events / this.#eventsPerSecond) * 1_000;
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => void this.#scheduler.after(ms, resolve));
  }
}
