/** What is known of each build of a read model: a record with its checkpoints and lease, which change under one condition. */
import { isDeepStrictEqual } from "node:util";
import type { IndexSettings } from "@algolia/client-search";
import {
  type ControlRecord,
  describeColumns,
  isSameLease,
  type Lease,
  type LeaseStore,
  type ReadModel,
  type ReadModelWrite,
  type Refusal,
  refusalOf,
  type Turns,
  type WriteResult,
} from "foldstream/port";
import { AlgoliaIndexError } from "../errors.ts";
import type { Found, Service } from "../service/service.ts";
import { controlIndexOf, controlSettings, idOf, indexOf, settingsOf } from "./indexes.ts";

export interface Control extends ControlRecord {
  /** As it was prepared. */
  readonly model: ReadModel;
}

export class Controls {
  readonly #service: Service;
  readonly #prefix: string;
  readonly #turns: Turns;
  #configured: Promise<void> | undefined;

  constructor(service: Service, prefix: string, turns: Turns) {
    this.#service = service;
    this.#prefix = prefix;
    this.#turns = turns;
  }

  get index(): string {
    return controlIndexOf(this.#prefix);
  }

  /** Makes the control index. Once for each process is enough. */
  configure(): Promise<void> {
    this.#configured ??= this.#service.configure(this.index, controlSettings).catch((error: unknown) => {
      this.#configured = undefined;
      throw error;
    });
    return this.#configured;
  }

  /** Makes the build's index. `dropped`: what is known of it is of one that was there before. */
  async prepare(model: ReadModel, dropped: boolean): Promise<void> {
    const index = indexOf(this.#prefix, model);
    const declared = { ...model, build: model.build ?? 0 };
    await this.#put(model, { model: declared, checkpoints: {} }, 0);
    if (dropped) {
      await this.#service.deleteIndex(index);
      await this.clear(declared);
    }
    const { model: found, checkpoints } = (await this.read(model)).body;
    const [wanted, kept] = [declared, found].map(describeColumns);
    if (wanted !== kept) throw otherColumns(model, wanted, kept);
    const settings = await this.#service.settings(index);
    if (!settings && Object.keys(checkpoints).length > 0) throw missing(model, index, this.index);
    if (!settings || !isMadeFor(settings, model)) await this.#service.configure(index, settingsOf(model));
  }

  /** Forgets how far a build was. Its lease stays. */
  async clear(model: ReadModel): Promise<void> {
    for (;;) {
      const control = await this.find(model);
      if (!control || (await this.#put(model, { ...control.body, model, checkpoints: {} }, control.revision))) return;
    }
  }

  /** The epoch goes one further, so that whoever had the lease has lost it. */
  async endLease(model: ReadModel): Promise<void> {
    for (;;) {
      const control = await this.find(model);
      const lease = control?.body.lease;
      if (!control || !lease) return;
      const next = { epoch: lease.epoch + 1, holder: null, beat: 1 };
      if (await this.#put(model, { ...control.body, lease: next }, control.revision)) return;
    }
  }

  find(model: ReadModel): Promise<Found<Control> | undefined> {
    return this.#service.get<Control>(this.index, idOf(model));
  }

  async read(model: ReadModel): Promise<Found<Control>> {
    const found = await this.find(model);
    if (found) return found;
    throw new AlgoliaIndexError(
      "missing",
      `Algolia knows nothing of read model "${model.name}" version ${model.version}. Call prepare first.`,
    );
  }

  /** Moves the checkpoint, unless the lease or the checkpoint has moved. */
  async move(model: ReadModel, write: ReadModelWrite, step: string): Promise<WriteResult> {
    for (;;) {
      const { body, revision } = await this.read(model);
      if (body.checkpoints[write.partition]?.step === step) return { ok: true };
      const refusal: Refusal | undefined = refusalOf(body, write);
      if (refusal) return refusal;
      const { stillParked: parked = body.checkpoints[write.partition]?.parked ?? 0 } = write;
      const checkpoints = { ...body.checkpoints, [write.partition]: { position: write.next, step, parked } };
      if (await this.#put(model, { ...body, checkpoints }, revision)) return { ok: true };
    }
  }

  leases(): LeaseStore {
    return {
      takeOverAtStart: false,
      read: (models) => Promise.all(models.map(async (model) => (await this.read(model)).body.lease)),
      replace: (model, expected, next) =>
        this.#turns.take([idOf(model)], () => this.#replaceLease(model, expected, next)),
    };
  }

  async #replaceLease(model: ReadModel, expected: Lease | undefined, next: Lease): Promise<boolean> {
    for (;;) {
      const { body, revision } = await this.read(model);
      if (!isSameLease(body.lease, expected)) return false;
      if (await this.#put(model, { ...body, lease: next }, revision)) return true;
    }
  }

  #put(model: ReadModel, { model: declared, lease, checkpoints }: Control, replaces: number): Promise<boolean> {
    const body = { model: declared, checkpoints, ...(lease && { lease }) };
    return this.#service.put(this.index, { id: idOf(model), body, replaces });
  }
}

/** Settings are changed at each start only where they are not ours, since a change makes the index anew. */
function isMadeFor(found: IndexSettings, model: ReadModel): boolean {
  const answered = found as Readonly<Record<string, unknown>>;
  return Object.entries(settingsOf(model)).every(([name, value]) => isDeepStrictEqual(answered[name], value));
}

function otherColumns({ name, version }: ReadModel, declared = "", found = ""): AlgoliaIndexError {
  return new AlgoliaIndexError(
    "other-columns",
    `read model "${name}" version ${version} exists with other columns. Declared: ${declared}. Found: ${found}. Raise the projection's version.`,
  );
}

function missing(model: ReadModel, index: string, control: string): AlgoliaIndexError {
  return new AlgoliaIndexError(
    "missing",
    `the index ${index} is gone, although read model "${model.name}" had been built in it. ` +
      `Restore it, or delete the record "${idOf(model)}" of ${control} to build it again.`,
  );
}
