/** Builds of read models: one item for each name lists them, and changes by compare-and-swap. */
import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  type Build,
  type BuildStore,
  isLive,
  type LeaseStore,
  type ReadModel,
  withBuild,
  withDrop,
  withSwitch,
} from "foldstream/port";
import type { Database } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import { buildsKey, home } from "./keys.ts";

/** What the list becomes, or nothing when it stays. */
type Change = (builds: readonly Build[]) => readonly Build[] | undefined;

export class Builds implements BuildStore {
  readonly #database: Database;
  readonly #leases: LeaseStore;
  readonly #remove: (model: ReadModel) => Promise<void>;

  /** `remove` deletes what a build holds. */
  constructor(database: Database, leases: LeaseStore, remove: (model: ReadModel) => Promise<void>) {
    this.#database = database;
    this.#leases = leases;
    this.#remove = remove;
  }

  /** Keeps the build on the list, as the live one if it is the first. */
  async add(model: ReadModel): Promise<void> {
    await this.#change(model.name, (builds) => withBuild(builds, model));
  }

  async list(name: string): Promise<readonly Build[]> {
    return this.#database.run("listing builds", async () => (await this.#read(name)).builds);
  }

  switchTo(expected: ReadModel, next: ReadModel): Promise<boolean> {
    const id = `${home(expected)} to ${home(next)}`;
    return this.#database.run(`switching from ${id}`, () =>
      this.#change(next.name, (builds) => withSwitch(builds, expected, next)),
    );
  }

  /** Off the list of those that can be switched to first, so that nobody takes half a build for a whole one. */
  drop(model: ReadModel): Promise<boolean> {
    return this.#database.run(`dropping ${home(model)}`, async () => {
      let live = false;
      await this.#change(model.name, (builds) => {
        live = isLive(builds, model);
        return withDrop(builds, model);
      });
      if (live) return false;
      await this.#endLease(model);
      await this.#remove(model);
      return true;
    });
  }

  async #endLease(model: ReadModel): Promise<void> {
    for (;;) {
      const [lease] = await this.#leases.read([model]);
      if (!lease || (await this.#leases.replace(model, lease, { epoch: lease.epoch + 1, holder: null, beat: 1 })))
        return;
    }
  }

  /** False when the list stays. Its changes are made one after another, each on what the one before left. */
  async #change(name: string, change: Change): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const { builds, revision } = await this.#read(name);
      const next = change(builds);
      if (!next) return false;
      if (await this.#write(name, next, revision)) return true;
      await pause(attempt);
    }
  }

  async #read(name: string): Promise<{ readonly builds: readonly Build[]; readonly revision: number }> {
    const item = await this.#database.get(this.#database.tables.readModels, buildsKey(name), true);
    return { builds: JSON.parse(item?.builds?.S ?? "[]"), revision: Number(item?.revision?.N ?? 0) };
  }

  async #write(name: string, builds: readonly Build[], revision: number): Promise<boolean> {
    const text = JSON.stringify(builds);
    const item = { ...buildsKey(name), builds: { S: text }, revision: { N: String(revision + 1) } };
    try {
      await this.#database.client.send(
        new PutItemCommand({
          TableName: this.#database.tables.readModels,
          Item: item,
          ConditionExpression: "attribute_not_exists(pk) OR revision = :revision",
          ExpressionAttributeValues: { ":revision": { N: String(revision) } },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return wasOurs(error, text, revision);
    }
  }
}

/**
 * A request that was repeated because its answer got lost fails on what it wrote itself. Two switches to the same list are the same
 * switch, and both callers have what they asked for.
 */
function wasOurs({ Item }: ConditionalCheckFailedException, text: string, revision: number): boolean {
  return Item?.builds?.S === text && Number(Item.revision?.N) === revision + 1;
}
