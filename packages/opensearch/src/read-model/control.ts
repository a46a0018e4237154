/** What is known of one read model, in one document, so that checkpoint and lease change under one condition. */
import {
  type ControlRecord,
  describeColumns,
  isSameLease,
  type Lease,
  type LeaseStore,
  type ParkedStream,
  type ParkingStore,
  type ReadModel,
  type ReadModelWrite,
  type Refusal,
  refusalOf,
  type Turns,
  type WriteResult,
} from "foldstream/port";
import { OpenSearchIndexError } from "../errors.ts";
import type { Place, Service } from "../service/service.ts";
import { controlIndexOf, definitionOf, type IndexOptions, idOf, indexOf } from "./indexes.ts";

interface ControlDocument extends ControlRecord {
  /** As they were declared when the index was made. */
  readonly columns: string;
  /** Few, since a projection that parks many halts. */
  readonly parked?: readonly ParkedStream[];
}

export interface Control extends Place {
  readonly document: ControlDocument;
}

export class Controls {
  readonly #service: Service;
  readonly #options: IndexOptions;
  readonly #index: string;
  readonly #turns: Turns;

  constructor(service: Service, options: IndexOptions, turns: Turns) {
    this.#service = service;
    this.#options = options;
    this.#index = controlIndexOf(options.prefix);
    this.#turns = turns;
  }

  /** `dropped`: what is known of the build is of one that was there before. */
  async prepare(model: ReadModel, dropped: boolean): Promise<void> {
    const { prefix } = this.#options;
    const created = await this.#service.createIndex(indexOf(prefix, model), definitionOf(model, this.#options));
    const document: ControlDocument = { columns: describeColumns(model), checkpoints: {} };
    await this.#put(model, document, null);
    const { document: found } = await this.read(model);
    if (created && dropped) return void (await this.clear(model, document.columns));
    if (found.columns !== document.columns) throw otherColumns(model, document.columns, found.columns);
    if (created && Object.keys(found.checkpoints).length > 0) throw missing(model, prefix);
  }

  /** Forgets how far a build was, and what its columns were. Its lease stays. */
  async clear(model: ReadModel, columns = describeColumns(model)): Promise<void> {
    for (;;) {
      const control = await this.find(model);
      if (!control || (await this.#put(model, { ...control.document, columns, checkpoints: {}, parked: [] }, control)))
        return;
    }
  }

  /** The epoch goes one further, so that whoever had the lease has lost it. */
  async endLease(model: ReadModel): Promise<void> {
    for (;;) {
      const control = await this.find(model);
      const lease = control?.document.lease;
      if (!control || !lease) return;
      const next = { epoch: lease.epoch + 1, holder: null, beat: 1 };
      if (await this.#put(model, { ...control.document, lease: next }, control)) return;
    }
  }

  find(model: ReadModel): Promise<Control | undefined> {
    return this.#service.get<ControlDocument>(this.#index, idOf(model));
  }

  #put(model: ReadModel, document: ControlDocument, replaces: Control | null): Promise<boolean> {
    return this.#service.put({ index: this.#index }, { id: idOf(model), document, replaces });
  }

  async read(model: ReadModel): Promise<Control> {
    const found = await this.find(model);
    if (found) return found;
    throw new OpenSearchIndexError(
      "missing",
      `OpenSearch knows nothing of read model "${model.name}" version ${model.version}. Call prepare first.`,
    );
  }

  /** Parks, follows and frees the streams of a step, unless the lease or the checkpoint has moved. */
  async park(model: ReadModel, write: ReadModelWrite): Promise<Refusal | undefined> {
    for (;;) {
      const control = await this.read(model);
      const refusal = refusalOf(control.document, write);
      if (refusal) return refusal;
      if (await this.#put(model, { ...control.document, parked: parkedAfter(control, write) }, control))
        return undefined;
    }
  }

  /** Moves the checkpoint, with what the step parks, unless the lease or the checkpoint has moved. */
  async move(model: ReadModel, write: ReadModelWrite, step: string): Promise<WriteResult> {
    for (;;) {
      const control = await this.read(model);
      const { document } = control;
      if (document.checkpoints[write.partition]?.step === step) return { ok: true };
      const refusal = refusalOf(control.document, write);
      if (refusal) return refusal;
      const checkpoints = { ...document.checkpoints, [write.partition]: { position: write.next, step } };
      if (await this.#put(model, { ...document, checkpoints, parked: parkedAfter(control, write) }, control))
        return { ok: true };
    }
  }

  parking(): ParkingStore {
    return {
      list: async (model, { partition, after = "", limit }) => {
        const { parked = [] } = (await this.read(model)).document;
        const wanted = parked.filter((one) => partition === undefined || one.partition === partition);
        const behind = wanted.filter(({ stream }) => byCodePoint(stream, after) > 0);
        return behind.sort((one, other) => byCodePoint(one.stream, other.stream)).slice(0, limit);
      },
      count: async (model) => (await this.read(model)).document.parked?.length ?? 0,
      get: async (model, stream) => (await this.read(model)).document.parked?.find((entry) => entry.stream === stream),
      reached: async (model, partition) => {
        const control = await this.read(model);
        const isParking = control.document.parked?.some((entry) => entry.partition === partition) ?? false;
        return { position: positionIn(control, partition), isParking };
      },
    };
  }

  leases(): LeaseStore {
    return {
      takeOverAtStart: false,
      read: (models) => Promise.all(models.map(async (model) => (await this.read(model)).document.lease)),
      replace: (model, expected, next) =>
        this.#turns.take([idOf(model)], () => this.#replaceLease(model, expected, next)),
    };
  }

  /** A request that was repeated because its answer got lost fails on what it wrote itself. Only holders write leases of their own name. */
  async #replaceLease(model: ReadModel, expected: Lease | undefined, next: Lease): Promise<boolean> {
    for (let tried = false; ; tried = true) {
      const control = await this.read(model);
      const { lease } = control.document;
      if (tried && next.holder !== null && isSameLease(lease, next)) return true;
      if (!isSameLease(lease, expected)) return false;
      if (await this.#put(model, { ...control.document, lease: next }, control)) return true;
    }
  }
}

export function positionIn({ document }: Control, partition: string): number {
  return document.checkpoints[partition]?.position ?? 0;
}

function parkedAfter({ document }: Control, { parked: writes = [] }: ReadModelWrite): readonly ParkedStream[] {
  const changed = new Set(writes.map(({ stream }) => stream));
  const others = (document.parked ?? []).filter(({ stream }) => !changed.has(stream));
  return [...others, ...writes.flatMap(({ entry }) => entry ?? [])];
}

function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function otherColumns({ name, version }: ReadModel, declared: string, found: string): OpenSearchIndexError {
  return new OpenSearchIndexError(
    "other-columns",
    `read model "${name}" version ${version} exists with other columns. Declared: ${declared}. Found: ${found}. Raise the projection's version.`,
  );
}

function missing(model: ReadModel, prefix: string): OpenSearchIndexError {
  return new OpenSearchIndexError(
    "missing",
    `the index ${indexOf(prefix, model)} was gone, although read model "${model.name}" had been built in it; it is there again, and empty. ` +
      `Restore it, or delete the document "${idOf(model)}" of ${controlIndexOf(prefix)} to build it again.`,
  );
}
