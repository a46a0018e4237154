/** Reads the table of intents and writes the steps of one deliverer, apart from those of the projection, under the same lease. */
import { LeaseLostError, StoreFailureError } from "../../errors.ts";
import type { ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import { type Tenure, writeStep } from "../lease/tenure.ts";
import { type FindRows, findRows } from "../projection/fold.ts";
import { applyChanges } from "./apply-changes.ts";
import { asIntentRow, type IntentRow, type RowChange } from "./intent-table.ts";

/** Steps of a process without a lease may be overtaken, and documents may have moved; this often in a row means something else. */
const mostTries = 5;

export class IntentSteps {
  readonly #target: ReadModelStore;
  readonly #model: ReadModel;
  /** No partition of the feed: its checkpoint counts the steps. */
  readonly #partition: string;
  readonly #find: FindRows;

  constructor(target: ReadModelStore, model: ReadModel, deliverer: string) {
    this.#target = target;
    this.#model = model;
    this.#partition = `deliver-${deliverer}`;
    this.#find = findRows(target, model, this.#partition);
  }

  /** Those due first, of equal ones those wanted first. */
  async first(queue: string, limit: number): Promise<readonly IntentRow[]> {
    const options = { where: { queue }, orderBy: [["dueAt", "asc"]] as const, limit };
    return (await this.#target.reader(this.#model).find(options)) as readonly IntentRow[];
  }

  async load(keys: readonly string[]): Promise<ReadonlyMap<string, IntentRow>> {
    const rows = await this.#target.load(this.#model, keys);
    return new Map([...rows].map(([key, row]) => [key, asIntentRow(row) as IntentRow]));
  }

  async wouldChange(changes: readonly RowChange[]): Promise<boolean> {
    return changes.length > 0 && (await applyChanges(changes, this.#find)).length > 0;
  }

  /**
   * Applies the changes to the rows as they are now. Returns how many rows that changed.
   * @throws LeaseLostError when the lease has gone to another worker, and nothing was written.
   */
  async apply(tenure: Pick<Tenure, "epoch" | "suspend">, changes: readonly RowChange[]): Promise<number> {
    for (let tries = 0; changes.length > 0; tries++) {
      if (tries === mostTries) throw overtaken(this.#model);
      const expected = await this.#target.checkpoint(this.#model, this.#partition);
      const rows = await applyChanges(changes, this.#find);
      if (rows.length === 0) return 0;
      const step = { epoch: tenure.epoch, partition: this.#partition, expected, next: expected + 1, rows, facts: [] };
      const result = await writeStep(tenure, this.#target, this.#model, step);
      if (result.ok) return rows.length;
      if (result.reason === "lease-lost") throw new LeaseLostError(this.#model.name);
    }
    return 0;
  }
}

function overtaken({ name }: ReadModel): StoreFailureError {
  return new StoreFailureError(`read model "${name}": ${mostTries} steps in a row were overtaken. Tried again later.`);
}
