/**
 * Writes steps of projections. Each document is written on the condition that it is what the step loaded, with the position that it then
 * includes; the checkpoint comes last. Cut off in between, the step is taken again, and what a document includes already is not folded
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
import type { Place, Put, Service } from "../service/service.ts";
import type { Controls } from "./control.ts";
import { checkKey, type Document, encodeRow, type Includes } from "./document.ts";
import { idOf } from "./indexes.ts";

/** A deleted row leaves a tombstone for as long as a cut-off step may come back to it. */
const tombstoneMs = 7 * 24 * 3_600_000;

/** What a step hands back of a document that it loaded: which writing of it that was, and what that included. */
export interface Revision extends Place {
  readonly includes: Includes;
}

export interface StepSide {
  readonly service: Service;
  readonly controls: Controls;
  readonly turns: Turns;
  readonly index: (model: ReadModel) => string;
}

export class StepWriter {
  readonly #side: StepSide;

  constructor(side: StepSide) {
    this.#side = side;
  }

  async write(model: ReadModel, write: ReadModelWrite): Promise<WriteResult> {
    const step = randomUUID();
    // Everything that can be refused is refused here, before the first write.
    const puts = [
      ...write.rows.map((row) => rowPut(model, write, row, step)),
      ...write.facts.map((fact) => factPut(model, write, fact, step)),
    ];
    return this.#side.turns.take([idOf(model)], () => this.#write(model, write, puts, step));
  }

  async #write(model: ReadModel, write: ReadModelWrite, puts: readonly Put[], step: string): Promise<WriteResult> {
    const { service, controls, index } = this.#side;
    const refusal = refusalOf((await controls.read(model)).document, write);
    if (refusal) return refusal;
    // No row may include what is not followed yet; a redriven stream moves on only when its rows have.
    if (write.parked && puts.length > 0 && !write.redriven) {
      const refused = await controls.park(model, write);
      if (refused) return refused;
    }
    const lost = await service.putMany({ index: index(model), alias: true }, puts);
    if (await this.#areOthers(model, lost, step)) return { ok: false, reason: "rows-moved" };
    return controls.move(model, write, step);
  }

  /** A request that was repeated because its answer got lost fails on what it wrote itself. */
  async #areOthers(model: ReadModel, lost: readonly Put[], step: string): Promise<boolean> {
    if (lost.length === 0) return false;
    const { service, index } = this.#side;
    const there = await service.getMany<Document>(
      index(model),
      lost.map(({ id }) => id),
    );
    return there.length < lost.length || there.some(({ document }) => document.step !== step);
  }
}

function rowPut(model: ReadModel, { partition, next, redriven }: ReadModelWrite, write: RowWrite, step: string): Put {
  const { source, through } = redriven ?? { source: partition, through: next };
  const { key, row, revision } = write;
  checkKey(model, key);
  const loaded = typeof revision === "string" ? (JSON.parse(revision) as Revision) : revision;
  const content =
    row === null ? ({ gone: true, expires: Date.now() + tombstoneMs } as const) : encodeRow(model, row, key);
  const document: Document = { key, ...content, includes: { ...loaded?.includes, [source]: through }, step };
  return { id: key, document, ...(loaded !== undefined && { replaces: loaded }) };
}

/** The same fact whoever writes it, so it needs no condition. */
function factPut(
  model: ReadModel,
  { partition }: ReadModelWrite,
  { position, index, row }: FactWrite,
  step: string,
): Put {
  const id = factKey({ partition, position, index });
  if (row === null) return { id, document: null };
  const document: Document = { key: id, ...encodeRow(model, row), includes: { [partition]: position }, step };
  return { id, document };
}
