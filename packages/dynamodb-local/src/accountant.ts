/** Counts requests, and the capacity that they would consume: engines that run here report constants. */
import type { IncomingHttpHeaders } from "node:http";
import { type Consistency, readUnits, writeUnits } from "./capacity.ts";
import type { EngineClient } from "./engine-client.ts";
import { itemBytes, type WireItem } from "./item-size.ts";

export interface Consumption {
  readonly requests: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface Account extends Consumption {
  readonly byOperation: Readonly<Record<string, Consumption>>;
  readonly byTable: Readonly<Record<string, Omit<Consumption, "requests">>>;
}

interface Touched {
  readonly table: string;
  readonly key: WireItem;
}

interface WireWrite {
  readonly TableName: string;
  readonly Item?: WireItem;
  readonly Key?: WireItem;
}

type WireTransaction = Readonly<Partial<Record<"Put" | "Update" | "Delete" | "ConditionCheck", WireWrite>>>;

interface WireInput extends Partial<WireWrite> {
  readonly ConsistentRead?: boolean;
  readonly TransactItems?: readonly (WireTransaction & { readonly Get?: WireWrite })[];
  readonly RequestItems?: Readonly<Record<string, BatchRequest>>;
}

type BatchRequest = readonly { PutRequest?: { Item: WireItem }; DeleteRequest?: { Key: WireItem } }[] & {
  readonly ConsistentRead?: boolean;
  readonly Keys?: readonly WireItem[];
};

interface WireOutput {
  readonly Item?: WireItem;
  readonly Items?: readonly WireItem[];
  readonly Responses?: Readonly<Record<string, readonly WireItem[]>> | readonly { readonly Item?: WireItem }[];
}

const none: Consumption = { requests: 0, readUnits: 0, writeUnits: 0 };

export class Accountant {
  readonly #engine: EngineClient;
  readonly #keyNames = new Map<string, readonly string[]>();
  #byOperation = new Map<string, Consumption>();
  #byTable = new Map<string, Consumption>();

  constructor(engine: EngineClient) {
    this.#engine = engine;
  }

  reset(): void {
    this.#byOperation = new Map();
    this.#byTable = new Map();
  }

  account(): Account {
    const operations = [...this.#byOperation.values()];
    return {
      requests: total(operations, "requests"),
      readUnits: total(operations, "readUnits"),
      writeUnits: total(operations, "writeUnits"),
      byOperation: Object.fromEntries(this.#byOperation),
      byTable: Object.fromEntries(
        [...this.#byTable].map(([table, { readUnits: reads, writeUnits: writes }]) => [
          table,
          { readUnits: reads, writeUnits: writes },
        ]),
      ),
    };
  }

  count(operation: string): void {
    this.#add(this.#byOperation, operation, { ...none, requests: 1 });
  }

  /** Runs a write between two looks at the items it touches. The caller keeps other writers away. */
  async write<T>(headers: IncomingHttpHeaders, operation: string, body: Buffer, send: () => Promise<T>): Promise<T> {
    const input = JSON.parse(body.toString("utf8")) as WireInput;
    const touched = await this.#touched(headers, input);
    const before = await this.#sizes(headers, touched);
    const answer = await send();
    const after = await this.#sizes(headers, touched);
    for (const [index, { table }] of touched.entries()) {
      const units = writeUnits(before[index] ?? 0, after[index] ?? 0, operation === "TransactWriteItems");
      this.#consume(operation, table, { writeUnits: units });
    }
    return answer;
  }

  read(operation: string, request: Buffer, answer: Buffer): void {
    const input = JSON.parse(request.toString("utf8")) as WireInput;
    const output = JSON.parse(answer.toString("utf8")) as WireOutput;
    const consistency = input.ConsistentRead ? "strong" : "eventual";
    if (operation === "BatchGetItem") this.#readBatch(input, output);
    else if (operation === "TransactGetItems") this.#readTransaction(input, output);
    else if (operation === "GetItem") this.#readItem(operation, input.TableName ?? "", output.Item, consistency);
    else if (operation === "Query" || operation === "Scan") {
      const bytes = (output.Items ?? []).reduce((sum, item) => sum + itemBytes(item), 0);
      this.#consume(operation, input.TableName ?? "", { readUnits: readUnits(bytes, consistency) });
    }
  }

  #readTransaction({ TransactItems = [] }: WireInput, { Responses = [] }: WireOutput): void {
    const found = Responses as readonly { readonly Item?: WireItem }[];
    for (const [index, { Get }] of TransactItems.entries())
      this.#readItem("TransactGetItems", Get?.TableName ?? "", found[index]?.Item, "transaction");
  }

  #readBatch({ RequestItems = {} }: WireInput, { Responses = {} }: WireOutput): void {
    const byTable = Responses as Readonly<Record<string, readonly WireItem[]>>;
    for (const [table, { ConsistentRead, Keys = [] }] of Object.entries(RequestItems)) {
      const found = byTable[table] ?? [];
      for (const [index] of Keys.entries())
        this.#readItem("BatchGetItem", table, found[index], ConsistentRead ? "strong" : "eventual");
    }
  }

  #readItem(operation: string, table: string, item: WireItem | undefined, consistency: Consistency): void {
    this.#consume(operation, table, { readUnits: readUnits(item ? itemBytes(item) : 0, consistency) });
  }

  async #touched(headers: IncomingHttpHeaders, input: WireInput): Promise<Touched[]> {
    const writes = input.TransactItems
      ? input.TransactItems.flatMap((item) => item.Put ?? item.Update ?? item.Delete ?? item.ConditionCheck ?? [])
      : input.RequestItems
        ? Object.entries(input.RequestItems).flatMap(([table, requests]) => requests.map(batched(table)))
        : [input as WireWrite];
    return Promise.all(
      writes.map(async ({ TableName, Key, Item = {} }) => ({
        table: TableName,
        key: Key ?? pick(Item, await this.#keysOf(headers, TableName)),
      })),
    );
  }

  async #keysOf(headers: IncomingHttpHeaders, table: string): Promise<readonly string[]> {
    const known = this.#keyNames.get(table);
    if (known) return known;
    type Described = { readonly Table: { readonly KeySchema: readonly { readonly AttributeName: string }[] } };
    const { Table } = await this.#engine.ask<Described>(headers, "DescribeTable", { TableName: table });
    const names = Table.KeySchema.map(({ AttributeName }) => AttributeName);
    this.#keyNames.set(table, names);
    return names;
  }

  #sizes(headers: IncomingHttpHeaders, touched: readonly Touched[]): Promise<number[]> {
    return Promise.all(
      touched.map(async ({ table, key }) => {
        const input = { TableName: table, Key: key, ConsistentRead: true };
        const { Item } = await this.#engine.ask<WireOutput>(headers, "GetItem", input);
        return Item ? itemBytes(Item) : 0;
      }),
    );
  }

  #consume(operation: string, table: string, units: Partial<Consumption>): void {
    this.#add(this.#byOperation, operation, { ...none, ...units });
    this.#add(this.#byTable, table, { ...none, ...units });
  }

  #add(to: Map<string, Consumption>, name: string, more: Consumption): void {
    const known = to.get(name) ?? none;
    to.set(name, {
      requests: known.requests + more.requests,
      readUnits: known.readUnits + more.readUnits,
      writeUnits: known.writeUnits + more.writeUnits,
    });
  }
}

function batched(table: string) {
  return ({ PutRequest, DeleteRequest }: BatchRequest[number]): WireWrite => ({
    TableName: table,
    ...(PutRequest && { Item: PutRequest.Item }),
    ...(DeleteRequest && { Key: DeleteRequest.Key }),
  });
}

function pick(item: WireItem, names: readonly string[]): WireItem {
  return Object.fromEntries(names.map((name) => [name, item[name] ?? {}]));
}

function total(consumptions: readonly Consumption[], unit: keyof Consumption): number {
  return consumptions.reduce((sum, consumption) => sum + consumption[unit], 0);
}
