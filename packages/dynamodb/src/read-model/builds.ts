/** Builds of read models: one item for each name lists them, and changes by compare-and-swap. */
import type { ConditionCheck, Put } from "@aws-sdk/client-dynamodb";
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
import type { Database, Item } from "../database/database.ts";
import { pause } from "../database/pause.ts";
import {
  ConditionalCheckFailedException,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "../database/sdk.ts";
import { buildsKey, home, leaseKey } from "./keys.ts";

/** What the list becomes, or nothing when it stays. */
type Change = (builds: readonly Build[]) => readonly Build[] | undefined;

type BuildsPut = Put & { readonly Item: Item };
type Written = "written" | "moved" | "fenced";

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

  switchTo(expected: ReadModel, next: ReadModel, epoch?: number): Promise<boolean> {
    const id = `${home(expected)} to ${home(next)}`;
    const fence = epoch === undefined ? undefined : this.#leaseCheck(expected, epoch);
    return this.#database.run(`switching from ${id}`, () =>
      this.#change(next.name, (builds) => withSwitch(builds, expected, next), fence),
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
  async #change(name: string, change: Change, fence?: ConditionCheck): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const { builds, revision } = await this.#read(name);
      const next = change(builds);
      if (!next) return false;
      const put = this.#put(name, next, revision);
      const written = fence ? await this.#writeUnder(fence, put) : await this.#write(put);
      if (written === "written") return true;
      if (written === "fenced") return this.#isThere(name, next, revision);
      await pause(attempt);
    }
  }

  #leaseCheck(model: ReadModel, epoch: number): ConditionCheck {
    return {
      TableName: this.#database.tables.readModels,
      Key: leaseKey(model),
      ConditionExpression: "epoch = :epoch",
      ExpressionAttributeValues: { ":epoch": { N: String(epoch) } },
    };
  }

  async #read(name: string): Promise<{ readonly builds: readonly Build[]; readonly revision: number }> {
    const item = await this.#database.get(this.#database.tables.readModels, buildsKey(name), true);
    return { builds: JSON.parse(item?.builds?.S ?? "[]"), revision: Number(item?.revision?.N ?? 0) };
  }

  #put(name: string, builds: readonly Build[], revision: number) {
    return {
      TableName: this.#database.tables.readModels,
      Item: { ...buildsKey(name), builds: { S: JSON.stringify(builds) }, revision: { N: String(revision + 1) } },
      ConditionExpression: "attribute_not_exists(pk) OR revision = :revision",
      ExpressionAttributeValues: { ":revision": { N: String(revision) } },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    };
  }

  async #write(put: BuildsPut): Promise<Written> {
    try {
      await this.#database.client.send(new PutItemCommand(put));
      return "written";
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return isSameItem(error.Item, put.Item) ? "written" : "moved";
    }
  }

  /** Only while the lease is as `fence` says: both change under one condition. */
  async #writeUnder(fence: ConditionCheck, put: BuildsPut): Promise<Written> {
    try {
      const items = [{ ConditionCheck: fence }, { Put: put }];
      await this.#database.client.send(new TransactWriteItemsCommand({ TransactItems: items }));
      return "written";
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const [lease] = error.CancellationReasons ?? [];
      return lease?.Code === "ConditionalCheckFailed" ? "fenced" : "moved";
    }
  }

  /** Whether a list is there that was written before. */
  async #isThere(name: string, builds: readonly Build[], revision: number): Promise<boolean> {
    const item = await this.#database.get(this.#database.tables.readModels, buildsKey(name), true);
    return isSameItem(item, this.#put(name, builds, revision).Item);
  }
}

/**
 * A request that was repeated because its answer got lost fails on what it wrote itself. Two switches to the same list are the same
 * switch, and both callers have what they asked for.
 */
function isSameItem(found: Item | undefined, written: Item): boolean {
  return found?.builds?.S === written.builds?.S && found?.revision?.N === written.revision?.N;
}
