/** Looks through the whole table for streams that have grown beyond what is recorded: for when the stream of changes cannot tell. */
import type { Database, Item } from "../database/database.ts";
import { ScanCommand } from "../database/sdk.ts";
import { isTip, parseTip, type Tip } from "../event-store/tip.ts";
import type { Recorder } from "./recorder.ts";

export class Sweep {
  readonly #database: Database;
  readonly #recorder: Recorder;
  #running: Promise<void> | undefined;

  constructor(database: Database, recorder: Recorder) {
    this.#database = database;
    this.#recorder = recorder;
  }

  /** Reads every item of the log once. Whoever calls while it runs waits for the same sweep. */
  run(): Promise<void> {
    this.#running ??= this.#sweep().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #sweep(): Promise<void> {
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#database.client.send(
        new ScanCommand({ TableName: this.#database.tables.log, ConsistentRead: true, ExclusiveStartKey: from }),
      );
      const tips = Items.filter(isTip).map((item): [string, Tip] => [item.pk?.S ?? "", parseTip(item)]);
      await this.#recorder.record(new Map(tips));
      from = LastEvaluatedKey;
    } while (from);
  }
}
