/** What operators ask about parked streams, over all projections of an app. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { ParkedStream } from "../../port/parking.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { unknown } from "../catalog.ts";
import { type OperateSide, operate } from "../lease/operate.ts";
import type { ProjectionRunner } from "../projection-runner.ts";
import { listParked } from "./parked-streams.ts";
import { type RedrivenStream, type RedriveSide, redrive } from "./redrive.ts";
import { rehearse } from "./rehearsal.ts";

/** Which parked streams are meant; all that is given must fit. */
export interface ParkedFilter {
  /** Name of a projection. */
  readonly projection?: string;
  /** Name of a stream, such as `order-42`. */
  readonly stream?: string;
  /** Name of an aggregate. */
  readonly aggregate?: string;
  /** Text that the error's name or message contains. */
  readonly error?: string;
}

export interface ParkedIn extends ParkedStream {
  readonly projection: string;
}

export interface RedriveOptions {
  /** Writes nothing, and tells what would become of each stream. Default false. */
  readonly dryRun?: boolean;
  /** Called after each stream. */
  readonly onProgress?: (redriven: RedrivenIn) => void;
}

export interface RedrivenIn extends RedrivenStream {
  readonly projection: string;
}

export class ParkingDesk {
  readonly #consumers: readonly ProjectionRunner[];
  readonly #modelOf: (consumer: ProjectionRunner) => Promise<ReadModel>;
  readonly #side: OperateSide;

  /** `modelOf` tells the build that is to be looked after. */
  constructor(
    consumers: readonly ProjectionRunner[],
    modelOf: (consumer: ProjectionRunner) => Promise<ReadModel>,
    side: OperateSide,
  ) {
    this.#consumers = consumers;
    this.#modelOf = modelOf;
    this.#side = side;
  }

  async *parked(filter: ParkedFilter): AsyncGenerator<ParkedIn> {
    for (const consumer of this.#chosen(filter))
      for await (const entry of listParked(this.#side.target, await this.#modelOf(consumer)))
        if (fits(entry, filter)) yield { ...entry, projection: consumer.projection.name };
  }

  async redrive(filter: ParkedFilter, { dryRun = false, onProgress }: RedriveOptions): Promise<readonly RedrivenIn[]> {
    const all: RedrivenIn[] = [];
    for (const consumer of this.#chosen(filter)) {
      const projection = consumer.projection.name;
      const onStream = (redriven: RedrivenStream) => {
        all.push({ ...redriven, projection });
        onProgress?.({ ...redriven, projection });
      };
      await this.#redrive(consumer, filter, dryRun, onStream);
    }
    return all;
  }

  async #redrive(
    consumer: ProjectionRunner,
    filter: ParkedFilter,
    dryRun: boolean,
    onStream: RedriveSide["onStream"],
  ): Promise<void> {
    const { projection } = consumer;
    const partitions = await this.#byPartition(projection, filter);
    if (partitions.size === 0) return;
    const { target, pages, environment } = this.#side;
    const model = await this.#modelOf(consumer);
    const side = { projection, model, target, pages, environment, onStream };
    if (dryRun) {
      for (const [partition, entries] of partitions) await rehearse(side, partition, entries);
      return;
    }
    await operate(projection, { ...this.#side, model }, async (takeStep) => {
      for (const [partition, entries] of partitions) await redrive(side, partition, entries, takeStep);
    });
  }

  async #byPartition(projection: AnyProjection, filter: ParkedFilter): Promise<Map<string, ParkedStream[]>> {
    const partitions = new Map<string, ParkedStream[]>();
    for await (const entry of this.parked({ ...filter, projection: projection.name }))
      partitions.set(entry.partition, [...(partitions.get(entry.partition) ?? []), entry]);
    return partitions;
  }

  /** @throws UnknownNameError */
  #chosen({ projection: name }: ParkedFilter): readonly ProjectionRunner[] {
    if (name === undefined) return this.#consumers;
    const found = this.#consumers.filter(({ projection }) => projection.name === name);
    const names = this.#consumers.map(({ projection }) => projection.name);
    return found.length > 0 ? found : unknown("projection", name, names);
  }
}

function fits({ stream, error }: ParkedStream, filter: ParkedFilter): boolean {
  return (
    (filter.stream === undefined || stream === filter.stream) &&
    (filter.aggregate === undefined || stream.startsWith(`${filter.aggregate}-`)) &&
    (filter.error === undefined || `${error.name}: ${error.message}`.includes(filter.error))
  );
}
