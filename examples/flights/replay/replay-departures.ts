/** Replays the source: each row becomes a command on the stream of its airport, under an id that it always has. */

import type { DuckDBConnection } from "@duckdb/node-api";
import {
  Counter,
  InFlight,
  type ReplayOptions,
  type ReplayProgress,
  type ReplayResult,
  withDuckDb,
} from "@foldstream/example-replay";
import type { app } from "../app.ts";
import { airport } from "../domain/airport.ts";
import { type Airport, readAirports } from "../source/airports.ts";
import { type Departure, readDepartures } from "../source/departures.ts";

/** Departures in the source. */
export const allDepartures = 3_000_000;

/** Commands in flight unless told otherwise. */
export const concurrency = 2_000;

/**
 * Opens every airport, then records the departures in the order of the file. Command ids come from the rows, so that a second replay,
 * or one after a crash, adds only what is missing.
 */
export function replay(options: ReplayOptions<typeof app, "execute">): Promise<ReplayResult> {
  return withDuckDb((source) => new Replay(options, source).run());
}

class Replay {
  readonly #options: ReplayOptions<typeof app, "execute">;
  readonly #source: DuckDBConnection;
  readonly #total: number;
  readonly #inFlight: InFlight;
  readonly #airports = new Counter();
  readonly #departures = new Counter();
  #done = 0;

  constructor(options: ReplayOptions<typeof app, "execute">, source: DuckDBConnection) {
    this.#options = options;
    this.#source = source;
    this.#total = Math.min(options.limit ?? allDepartures, allDepartures);
    this.#inFlight = new InFlight(options.concurrency ?? concurrency);
  }

  async run(): Promise<ReplayResult> {
    for (const row of await readAirports(this.#source)) this.#open(row);
    await this.#inFlight.empty();
    for await (const chunk of readDepartures(this.#source, this.#total)) {
      await this.#record(chunk);
      this.#options.onProgress?.(this.#progress());
      if (this.#stopped) break;
    }
    await this.#inFlight.empty();
    this.#options.onProgress?.(this.#progress());
    return {
      ...this.#progress(),
      complete: this.#done === this.#total,
      events: this.#airports.accepted + this.#departures.accepted,
      prepared: { what: "airports", tally: this.#airports },
    };
  }

  get #stopped(): boolean {
    return this.#options.signal?.aborted ?? false;
  }

  async #record(departures: readonly Departure[]): Promise<void> {
    for (const departure of departures) {
      if (this.#inFlight.full) await this.#inFlight.room();
      if (this.#stopped) return;
      this.#depart(departure);
    }
  }

  #open({ id, data }: Airport): void {
    const commandId = `airport-${id}`;
    this.#inFlight.add(this.#options.runtime.execute(airport, id, "OpenAirport", data, { commandId }), (outcome) =>
      this.#airports.count(outcome),
    );
  }

  /** Ids of one width, so that they sort as they come and the store's index of them grows at its end. */
  #depart({ row, origin, data }: Departure): void {
    const commandId = `flight-${String(row).padStart(7, "0")}`;
    this.#inFlight.add(
      this.#options.runtime.execute(airport, origin, "RecordDeparture", data, { commandId }),
      (outcome) => {
        this.#departures.count(outcome);
        this.#done++;
      },
    );
  }

  #progress(): ReplayProgress {
    return { total: this.#total, done: this.#done, tally: this.#departures };
  }
}
