/** What operators ask about parked streams, over all projections of an app. */
import type { ParkedStream } from "../../port/parking.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { unknown } from "../catalog.ts";
import { type OperateSide, operate } from "../lease/operate.ts";
import { PolicyRunner } from "../policy/policy-runner.ts";
import type { ProjectionRunner } from "../projection-runner.ts";
import { listParked } from "./parked-streams.ts";
import { type RedrivenStream, type RedriveSide, redrive } from "./redrive.ts";
import { rehearse } from "./rehearsal.ts";

/** Which parked streams are meant; all that is given must fit. */
export interface ParkedFilter {
  /** Name of a projection. */
  readonly projection?: string;
  /** Name of a policy. */
  readonly policy?: string;
  /** Name of a stream, such as `order-42`. */
  readonly stream?: string;
  /** Name of an aggregate. */
  readonly aggregate?: string;
  /** Text that the error's name or message contains. */
  readonly error?: string;
}

/** Which consumer it is about: a projection, or the one that a policy is by the name of its table, and then the policy too. */
interface OfConsumer {
  readonly projection: string;
  readonly policy?: string;
}

export interface ParkedIn extends ParkedStream, OfConsumer {}

export interface RedriveOptions {
  /** Writes nothing, and tells what would become of each stream. Default false. */
  readonly dryRun?: boolean;
  /** Called after each stream. */
  readonly onProgress?: (redriven: RedrivenIn) => void;
}

export interface RedrivenIn extends RedrivenStream, OfConsumer {}

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
      for await (const entry of this.#parkedIn(consumer, filter)) yield { ...entry, ...named(consumer) };
  }

  async *#parkedIn(consumer: ProjectionRunner, filter: ParkedFilter): AsyncGenerator<ParkedStream> {
    for await (const entry of listParked(this.#side.target, await this.#modelOf(consumer)))
      if (fits(entry, filter)) yield entry;
  }

  async redrive(filter: ParkedFilter, { dryRun = false, onProgress }: RedriveOptions): Promise<readonly RedrivenIn[]> {
    const all: RedrivenIn[] = [];
    for (const consumer of this.#chosen(filter)) {
      const onStream = (redriven: RedrivenStream) => {
        const found = { ...redriven, ...named(consumer) };
        all.push(found);
        onProgress?.(found);
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
    const partitions = await this.#byPartition(consumer, filter);
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

  async #byPartition(consumer: ProjectionRunner, filter: ParkedFilter): Promise<Map<string, ParkedStream[]>> {
    const partitions = new Map<string, ParkedStream[]>();
    for await (const entry of this.#parkedIn(consumer, filter))
      partitions.set(entry.partition, [...(partitions.get(entry.partition) ?? []), entry]);
    return partitions;
  }

  /** @throws UnknownNameError */
  #chosen(filter: ParkedFilter): readonly ProjectionRunner[] {
    let chosen = this.#consumers;
    for (const kind of ["projection", "policy"] as const) {
      const name = filter[kind];
      if (name === undefined) continue;
      const nameOf = (consumer: ProjectionRunner) => named(consumer)[kind];
      if (!this.#consumers.some((consumer) => nameOf(consumer) === name))
        unknown(
          kind,
          name,
          this.#consumers.flatMap((consumer) => nameOf(consumer) ?? []),
        );
      chosen = chosen.filter((consumer) => nameOf(consumer) === name);
    }
    return chosen;
  }
}

function named(consumer: ProjectionRunner): OfConsumer {
  const { name: projection } = consumer.projection;
  return { projection, ...(consumer instanceof PolicyRunner && { policy: consumer.policy.name }) };
}

function fits({ stream, error }: ParkedStream, filter: ParkedFilter): boolean {
  return (
    (filter.stream === undefined || stream === filter.stream) &&
    (filter.aggregate === undefined || stream.startsWith(`${filter.aggregate}-`)) &&
    (filter.error === undefined || `${error.name}: ${error.message}`.includes(filter.error))
  );
}
