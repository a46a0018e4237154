/** Replays the source: each row becomes a command on the stream of its airport, under an id that it always has. */

import type { DuckDBConnection } from "@duckdb/node-api";
import type { Runtime } from "foldstream";
import type { app } from "../app.ts";
import { airport } from "../domain/airport.ts";
import { type Airport, readAirports } from "../source/airports.ts";
import { type Departure, readDepartures } from "../source/departures.ts";
import { withDuckDb } from "../source/duckdb.ts";
import { InFlight } from "./in-flight.ts";
import { Counter, type Tally } from "./tally.ts";

/** Departures in the source. */
export const allDepartures = 3_000_000;

export interface ReplayOptions {
  readonly runtime: Pick<Runtime<typeof app>, "execute">;
  /** How many departures, from the first one on. Default: all. */
  readonly limit?: number;
  /** Commands that wait for their answer at the same time. Default 2,000. */
  readonly concurrency?: number;
  /** Called about every 2,000 departures, and at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** Stops after the commands that are on their way. */
  readonly signal?: AbortSignal;
}

export interface ReplayProgress {
  /** Departures asked for. */
  readonly total: number;
  /** Departures answered, one way or another. */
  readonly done: number;
  readonly departures: Tally;
  readonly airports: Tally;
}

export interface ReplayResult extends ReplayProgress {
  /** False when the signal stopped it: the next replay goes on from there. */
  readonly complete: boolean;
}

/**
 * Opens every airport, then records the departures in the order of the file. Command ids come from the rows, so that a second replay,
 * or one after a crash, adds only what is missing.
 */
export function replay(options: ReplayOptions): Promise<ReplayResult> {
  return withDuckDb((source) => new Replay(options, source).run());
}

class Replay {
  readonly #options: ReplayOptions;
  readonly #source: DuckDBConnection;
  readonly #total: number;
  readonly #inFlight: InFlight;
  readonly #airports = new Counter();
  readonly #departures = new Counter();
  #done = 0;

  constructor(options: ReplayOptions, source: DuckDBConnection) {
    this.#options = options;
    this.#source = source;
    this.#total = Math.min(options.limit ?? allDepartures, allDepartures);
    this.#inFlight = new InFlight(options.concurrency ?? 2_000);
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
    return { ...this.#progress(), complete: this.#done === this.#total };
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
    return { total: this.#total, done: this.#done, departures: this.#departures, airports: this.#airports };
  }
}
