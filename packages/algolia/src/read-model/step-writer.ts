/**
 * Writes steps of projections. Each record is written on the condition that it is what the step loaded, with the position that it then
 * includes; the checkpoint comes last. Cut off in between, the step is taken again, and what a record includes already is not folded
 * into it twice.
 */
import { randomUUID } from "node:crypto";
import {
  type FactWrite,
  factKey,
  type ReadModel,
  type ReadModelWrite,
  type RowWrite,
  refusalOf,
  type Turns,
  type WriteResult,
} from "foldstream/port";
import type { Put, Service } from "../service/service.ts";
import type { Controls } from "./controls.ts";
import { idOf, indexOf } from "./indexes.ts";
import type { ParkedRecords } from "./parked-records.ts";
import { type Includes, recordOf } from "./record.ts";

/** A deleted row leaves a tombstone for as long as a writer that slept may come back to it. */
const tombstoneMs = 7 * 24 * 3_600_000;

/** What a step hands back of a record that it loaded: which writing of it that was, and what that included. */
export interface Revision {
  readonly revision: number;
  readonly includes: Includes;
}

export interface StepSide {
  readonly service: Service;
  readonly controls: Controls;
  readonly parked: ParkedRecords;
  readonly turns: Turns;
  readonly prefix: string;
}

export class StepWriter {
  readonly #side: StepSide;

  constructor(side: StepSide) {
    this.#side = side;
  }

  async write(model: ReadModel, write: ReadModelWrite): Promise<WriteResult> {
    const { recordBytes } = this.#side.service;
    // Everything that can be refused is refused here, before the first write.
    const puts = [
      ...write.rows.map((row) => rowPut(model, write, row, recordBytes)),
      ...write.facts.map((fact) => factPut(model, write, fact, recordBytes)),
    ];
    return this.#side.turns.take([idOf(model)], () => this.#write(model, write, puts));
  }

  async #write(model: ReadModel, write: ReadModelWrite, puts: readonly Put[]): Promise<WriteResult> {
    const { service, controls, parked, prefix } = this.#side;
    const streams = write.parked ?? [];
    // Before the lease is looked at: what is parked by whoever has it next is then another revision.
    const loaded = await parked.load(model, streams);
    const refusal = refusalOf((await controls.read(model)).body, write);
    if (refusal) return refusal;
    const park = (): Promise<boolean> => parked.write(model, streams, loaded);
    const putRows = async () => (await service.putMany(indexOf(prefix, model), puts)).length === 0;
    // No row may include what is not followed yet; a redriven stream moves on only when its rows have.
    for (const work of write.redriven ? [putRows, park] : [park, putRows])
      if (!(await work())) return { ok: false, reason: "rows-moved" };
    return controls.move(model, write, randomUUID());
  }
}

function rowPut(model: ReadModel, step: ReadModelWrite, { key, row, revision }: RowWrite, recordBytes: number): Put {
  const { source, through } = step.redriven ?? { source: step.partition, through: step.next };
  const loaded = typeof revision === "string" ? (JSON.parse(revision) as Revision) : undefined;
  const includes = { ...loaded?.includes, [source]: through };
  const expires = row === null ? Date.now() + tombstoneMs : 0;
  const body = recordOf(model, { key, row, includes, expires }, recordBytes);
  return { id: key, body, ...(revision !== undefined && { replaces: loaded?.revision ?? 0 }) };
}

/** The same fact whoever writes it, so it needs no condition. */
function factPut(model: ReadModel, { partition }: ReadModelWrite, fact: FactWrite, recordBytes: number): Put {
  const { position, index, row } = fact;
  const key = factKey({ partition, position, index });
  if (row === null) return { id: key, body: null };
  return { id: key, body: recordOf(model, { key, row, includes: { [partition]: position } }, recordBytes) };
}
