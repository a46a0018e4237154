/** What operators ask about parked streams, over all projections of an app. */
import type { ParkedStream } from "../../port/parking.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { unknown } from "../catalog.ts";
import { type OperateSide, operate } from "../lease/operate.ts";
import { PolicyRunner } from "../policy/policy-runner.ts";
import type { ProjectionRunner } from "../projection/projection-runner.ts";
import { listParked } from "./parked-streams.ts";
import { type RedrivenStream, type RedriveSide, redrive } from "./redrive.ts";
import { RedriveCount, type RedriveProgress } from "./redrive-count.ts";
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
  /** Which build of the app's version has parked it: the one that it keeps up to date, or one that is being built beside it. */
  readonly build: number;
}

export interface ParkedIn extends ParkedStream, OfConsumer {}

export interface RedriveOptions {
  /** Writes nothing, and tells what would become of each stream. Default false. */
  readonly dryRun?: boolean;
  /** Called after each step, and after each stream. */
  readonly onProgress?: (progress: RedriveProgress) => void;
}

export interface RedrivenIn extends RedrivenStream, OfConsumer {}

interface Chosen {
  readonly consumer: ProjectionRunner;
  readonly model: ReadModel;
}

export class ParkingDesk {
  readonly #consumers: readonly ProjectionRunner[];
  readonly #modelsOf: (consumer: ProjectionRunner) => Promise<readonly ReadModel[]>;
  readonly #side: OperateSide;

  /** `modelsOf` tells the builds that are to be looked after. */
  constructor(
    consumers: readonly ProjectionRunner[],
    modelsOf: (consumer: ProjectionRunner) => Promise<readonly ReadModel[]>,
    side: OperateSide,
  ) {
    this.#consumers = consumers;
    this.#modelsOf = modelsOf;
    this.#side = side;
  }

  async *parked(filter: ParkedFilter): AsyncGenerator<ParkedIn> {
    for (const chosen of await this.#chosenBuilds(filter)) yield* this.#parkedIn(chosen, filter);
  }

  async *#parkedIn(chosen: Chosen, filter: ParkedFilter): AsyncGenerator<ParkedIn> {
    for await (const entry of listParked(this.#side.target, chosen.model))
      if (fits(entry, filter)) yield { ...entry, ...named(chosen) };
  }

  async redrive(filter: ParkedFilter, { dryRun = false, onProgress }: RedriveOptions): Promise<readonly RedrivenIn[]> {
    const all: RedrivenIn[] = [];
    const count = new RedriveCount(onProgress);
    const chosen = await this.#chosenBuilds(filter);
    for (const one of chosen) for await (const entry of this.#parkedIn(one, filter)) count.expect(entry);
    for (const one of chosen) {
      const place = named(one);
      const onStream = (redriven: RedrivenStream) => {
        all.push({ ...redriven, ...place });
        count.ended(place, redriven);
      };
      const onStep = (stream: string, events: number) => count.took({ ...place, stream }, events);
      await this.#redrive(one, filter, dryRun, { onStream, onStep });
    }
    return all;
  }

  async #redrive(
    chosen: Chosen,
    filter: ParkedFilter,
    dryRun: boolean,
    told: Pick<RedriveSide, "onStream" | "onStep">,
  ): Promise<void> {
    const { projection } = chosen.consumer;
    const { model } = chosen;
    const partitions = await this.#byPartition(chosen, filter);
    if (partitions.size === 0) return;
    const { target, pages, environment } = this.#side;
    const side = { projection, model, target, pages, environment, ...told };
    if (dryRun) {
      for (const [partition, entries] of partitions) await rehearse(side, partition, entries);
      return;
    }
    await operate(projection, { ...this.#side, model }, async (takeStep) => {
      for (const [partition, entries] of partitions) await redrive(side, partition, entries, takeStep);
    });
  }

  async #byPartition(chosen: Chosen, filter: ParkedFilter): Promise<Map<string, ParkedStream[]>> {
    const partitions = new Map<string, ParkedStream[]>();
    for await (const entry of this.#parkedIn(chosen, filter))
      partitions.set(entry.partition, [...(partitions.get(entry.partition) ?? []), entry]);
    return partitions;
  }

  async #chosenBuilds(filter: ParkedFilter): Promise<readonly Chosen[]> {
    const builds = this.#chosen(filter).map(async (consumer) =>
      (await this.#modelsOf(consumer)).map((model) => ({ consumer, model })),
    );
    return (await Promise.all(builds)).flat();
  }

  /** @throws UnknownNameError */
  #chosen(filter: ParkedFilter): readonly ProjectionRunner[] {
    let chosen = this.#consumers;
    for (const kind of ["projection", "policy"] as const) {
      const name = filter[kind];
      if (name === undefined) continue;
      const nameOf = (consumer: ProjectionRunner) => consumerNames(consumer)[kind];
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

function named({ consumer, model: { build = 0 } }: Chosen): OfConsumer {
  return { ...consumerNames(consumer), build };
}

function consumerNames(consumer: ProjectionRunner): Omit<OfConsumer, "build"> {
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
