/**
 * Parked streams, a record for each, since one for all would outgrow what a record may hold. Each is written on the condition that it is
 * what was there before the step's lease was looked at: who has lost the lease changes nothing that the next holder has touched.
 */
import type { ControlCheckpoint, ParkedStream, ParkedWrite, ParkingStore, ReadModel } from "foldstream/port";
import type { Found, Service } from "../service/service.ts";
import { idOf } from "./indexes.ts";
import { compareKeys } from "./key-order.ts";

interface ParkedRecord {
  readonly parkedOf: string;
  /** `null` once the stream is free: what is left keeps a writer that slept from parking it again. */
  readonly entry: ParkedStream | null;
}

export type LoadedParked = ReadonlyMap<string, Found<ParkedRecord>>;

/** Of the stack and the message of an error, when its record would be too large. */
const shortened = 1_000;

export class ParkedRecords {
  readonly #service: Service;
  readonly #index: string;

  constructor(service: Service, index: string) {
    this.#service = service;
    this.#index = index;
  }

  async load(model: ReadModel, writes: readonly ParkedWrite[]): Promise<LoadedParked> {
    const ids = writes.map(({ stream }) => recordId(model, stream));
    const found = await this.#service.getMany<ParkedRecord>(this.#index, ids);
    return new Map(found.map((one) => [one.id, one]));
  }

  /** False when another has changed one of them since they were loaded. */
  async write(model: ReadModel, writes: readonly ParkedWrite[], loaded: LoadedParked): Promise<boolean> {
    const puts = writes.map(({ stream, entry }) => {
      const id = recordId(model, stream);
      const body: ParkedRecord = { parkedOf: idOf(model), entry: entry && this.#fitting(entry) };
      return { id, body, replaces: loaded.get(id)?.revision ?? 0 };
    });
    return (await this.#service.putMany(this.#index, puts)).length === 0;
  }

  /** Forgets all that is parked of a build. */
  async clear(model: ReadModel): Promise<void> {
    const records = await this.#all(model);
    const puts = records.map(({ entry }) => ({ id: recordId(model, entry.stream), body: null }));
    await this.#service.putMany(this.#index, puts);
  }

  /** `checkpoint` also says how many streams were parked when it was moved. */
  store(checkpoint: (model: ReadModel, partition: string) => Promise<ControlCheckpoint | undefined>): ParkingStore {
    return {
      list: async (model, { partition, after = "", limit }) => {
        const entries = (await this.#all(model)).map(({ entry }) => entry);
        const wanted = entries.filter((one) => partition === undefined || one.partition === partition);
        const behind = wanted.filter(({ stream }) => compareKeys(stream, after) > 0);
        return behind.sort((one, other) => compareKeys(one.stream, other.stream)).slice(0, limit);
      },
      count: async (model) => (await this.#all(model)).length,
      get: async (model, stream) =>
        (await this.#service.get<ParkedRecord>(this.#index, recordId(model, stream)))?.body.entry ?? undefined,
      reached: async (model, partition) => {
        const { position = 0, parked = 0 } = (await checkpoint(model, partition)) ?? {};
        return { position, isParking: parked > 0 };
      },
    };
  }

  /** Filters do not tell capital letters, so what is found is looked at again. */
  async #all(model: ReadModel): Promise<{ readonly entry: ParkedStream }[]> {
    const all: { readonly entry: ParkedStream }[] = [];
    const build = idOf(model);
    for await (const record of this.#service.browseAll<ParkedRecord>(this.#index, `parkedOf:"${build}"`))
      if (record.parkedOf === build && record.entry) all.push({ entry: record.entry });
    return all;
  }

  #fitting(entry: ParkedStream): ParkedStream {
    if (Buffer.byteLength(JSON.stringify(entry)) < this.#service.recordBytes / 2) return entry;
    const { name, message, stack } = entry.error;
    const error = { name, message: message.slice(0, shortened), ...(stack && { stack: stack.slice(0, shortened) }) };
    return { ...entry, error };
  }
}

function recordId(model: ReadModel, stream: string): string {
  return `parked#${idOf(model)}#${stream}`;
}
