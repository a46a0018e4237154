/** A bank in virtual time whose projection fails where a test wants it to. */
import {
  app,
  createRuntime,
  facts,
  type ProjectionStatus,
  projection,
  type RecordedEvent,
  type Runtime,
  t,
  table,
} from "../src/index.ts";
import { type MemoryEnvironment, memoryEngine, memoryEnvironment } from "../src/memory/index.ts";
import type { Engine, ParkedStream, ReadModelStore, Row } from "../src/port/index.ts";
import type { RuntimeObserver } from "../src/runtime/observer.ts";
import type { ParkingSettings } from "../src/runtime/parking/parking-limit.ts";
import { readModelOf } from "../src/runtime/projection/fold.ts";
import { defaultSettings, type Settings } from "../src/runtime/settings.ts";
import { account } from "./bank.ts";

export interface PoisonousOptions {
  readonly partitions?: number;
  readonly settings?: Partial<Settings>;
  readonly parking?: Partial<ParkingSettings>;
  readonly seed?: number;
  /** Of the projection itself. */
  readonly retries?: number;
  /** Which row an account's events belong to. Default: one a stream. */
  readonly key?: (account: string) => string;
  /** Default: deposits. */
  readonly handles?: "account.Deposited" | "account.Closed";
  readonly engine?: Engine;
  readonly observer?: RuntimeObserver;
}

export interface Poison {
  /** Throws, or gives a row that the target must refuse, for events named `<account>@<version>`. */
  readonly events: Set<string>;
  failures: number;
}

/** Cents and versions, in the order in which they came in: what a wrong order would show. */
function poisonous(poison: Poison, { retries, key = (id) => id, handles = "account.Deposited" }: PoisonousOptions) {
  const check = (id: string, version: number) => {
    if (!poison.events.has(`${id}@${version}`)) return;
    poison.failures++;
    throw new TypeError(`cannot take ${id}@${version}`);
  };
  const common = { version: 1, from: [account], ...(retries !== undefined && { retries }) } as const;
  const sums = projection("sums", {
    ...common,
    key: ({ stream }) => key(stream.id),
    into: table({ id: t.key(), cents: t.integer(), versions: t.text() }),
    on: {
      [handles]: (row: { cents: number; versions: string } | undefined, { stream, version }: RecordedEvent) => {
        check(stream.id, version);
        const versions = `${row?.versions ?? ""} ${stream.id}@${version}`.trim();
        return { cents: (row?.cents ?? 0) + 1, versions };
      },
    },
  });
  const entries = facts("entries", {
    ...common,
    columns: { account: t.text(), version: t.integer() },
    on: {
      "account.Deposited": ({ stream, version }) => {
        check(stream.id, version);
        return { account: stream.id, version };
      },
    },
  });
  return { sums, entries, bank: app({ aggregates: [account], projections: [sums, entries] }) };
}

/** One engine, and one runtime on it after the other. */
export class PoisonedBank {
  readonly time: MemoryEnvironment;
  readonly engine: Engine;
  readonly poison: Poison = { events: new Set(), failures: 0 };
  readonly #domain;
  readonly #options: PoisonousOptions;
  runtime: Runtime;

  constructor(options: PoisonousOptions = {}) {
    const { partitions = 1, seed = 1, engine = memoryEngine({ partitions }) } = options;
    this.time = memoryEnvironment({ seed });
    this.engine = engine;
    this.#options = options;
    this.#domain = poisonous(this.poison, options);
    this.runtime = this.runtimeOn(engine);
  }

  get sums() {
    return readModelOf(this.#domain.sums);
  }

  get entries() {
    return readModelOf(this.#domain.entries);
  }

  get target(): ReadModelStore {
    return this.engine.readModels;
  }

  /** Another process. */
  runtimeOn(engine: Engine): Runtime {
    const { settings, parking, observer = {} } = this.#options;
    return createRuntime(this.#domain.bank, {
      engine,
      environment: this.time,
      settings: {
        stepIntervalMs: 1,
        stepBackoffMs: 100,
        ...settings,
        parking: { ...defaultSettings.parking, retries: 2, ...parking },
      },
      observer,
    }) as unknown as Runtime;
  }

  /** Deposits a cent in each of the accounts, one after the other. */
  async deposit(...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const done = this.runtime.dispatch({ aggregate: "account", id, command: "Deposit", data: { cents: 1 } });
      await this.time.advance(0);
      await done;
    }
  }

  /** Runs a promise to its end while time passes. */
  async during<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    ended.catch(() => undefined);
    for (let round = 0; !done && round < 10_000; round++) await this.time.advance(10);
    return ended;
  }

  async start(): Promise<void> {
    await this.runtime.start();
    await this.time.advance(2_000);
  }

  /** Stops the runtime and starts another one. */
  async restart(): Promise<void> {
    await this.during(this.runtime.stop());
    this.runtime = this.runtimeOn(this.engine);
    await this.start();
  }

  async rows(): Promise<Readonly<Record<string, Row>>> {
    const found = await this.target.reader(this.sums).find({ limit: 1_000 });
    return Object.fromEntries(found.map((row) => [row.id as string, row]));
  }

  /** What came in, by row. */
  async versions(): Promise<Readonly<Record<string, unknown>>> {
    return Object.fromEntries(Object.entries(await this.rows()).map(([id, row]) => [id, row.versions]));
  }

  parked(): Promise<readonly ParkedStream[]> {
    return this.target.parking.list(this.sums, { limit: 1_000 });
  }

  async status(): Promise<ProjectionStatus> {
    const [status] = (await this.runtime.status()).projections;
    return status as ProjectionStatus;
  }
}

/** `a@1 a@2 a@3` */
export function versionsOf(id: string, first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => `${id}@${first + index}`).join(" ");
}
