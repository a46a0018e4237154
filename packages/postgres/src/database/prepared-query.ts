/**
 * A statement that stays prepared on its connection. Its columns are asked for once, where the driver's own queries ask each time, and nothing is built
 * around its rows: an append by itself takes 0.93 of the time. To the driver it is a query of somebody else's, as those of pg-cursor are
 * (https://node-postgres.com/apis/client#clientquery, "Submittable").
 */
import type pg from "pg";
import { arrayLiteral, type SqlValue } from "./array-literal.ts";
import { type ParseValue, parserOf } from "./value-parsers.ts";

export type Parameter = SqlValue | readonly SqlValue[] | Buffer | undefined;

/** What is used of the driver's connection. Its own types lack a part of it. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  /** By name, what the server has taken. The driver keeps it, from the `name` and `text` of its queries. */
  readonly parsedStatements: Readonly<Record<string, string>>;
  parse(message: { name: string; text: string }): void;
  describe(message: { type: "S"; name: string }): void;
  bind(message: { statement: string; values: readonly Parameter[]; valueMapper: typeof sent }): void;
  execute(message: object): void;
  sync(): void;
}

/** Of the statements of a connection, by name: how the columns of their rows are read. */
const columnsOf = new WeakMap<Connection, Map<string, readonly ParseValue[]>>();

export class PreparedQuery<Row extends readonly unknown[]> implements pg.Submittable {
  readonly name: string;
  readonly text: string;
  /** Resolves once the server is ready for the next query. */
  readonly rows: Promise<Row[]>;
  /** Put here by the driver where the connection has a `query_timeout`: ends the wait for it. */
  callback?: () => void;
  readonly #values: readonly Parameter[];
  readonly #told: (error: unknown) => unknown;
  readonly #rows: Row[] = [];
  #columns: readonly ParseValue[] | undefined;
  #known: Map<string, readonly ParseValue[]> | undefined;
  #resolve!: (rows: Row[]) => void;
  #reject!: (error: unknown) => void;

  /** `told`: as what to reject with the driver's error. */
  constructor(name: string, text: string, values: readonly Parameter[], told: (error: unknown) => unknown) {
    this.name = name;
    this.text = text;
    this.#values = values;
    this.#told = told;
    this.rows = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(driver: pg.Connection): void {
    const connection = driver as unknown as Connection;
    const { name, text } = this;
    this.#known = columnsOf.get(connection) ?? new Map();
    columnsOf.set(connection, this.#known);
    this.#columns = this.#known.get(name);
    connection.stream.cork();
    if (!connection.parsedStatements[name]) connection.parse({ name, text });
    if (!this.#columns) connection.describe({ type: "S", name });
    connection.bind({ statement: name, values: this.#values, valueMapper: sent });
    connection.execute({});
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: readonly { readonly dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ dataTypeID }) => parserOf(dataTypeID));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const columns = this.#columns as readonly ParseValue[];
    // Of its length from the start, and filled by index: long streams are read this way.
    const row = new Array<unknown>(fields.length);
    for (let index = 0; index < fields.length; index++) {
      const text = fields[index] as string | null;
      row[index] = text === null ? null : (columns[index] as ParseValue)(text);
    }
    this.#rows.push(row as unknown as Row);
  }

  handleCommandComplete(): void {
    this.#known?.set(this.name, this.#columns ?? []);
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.#resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.callback?.();
    this.#reject(this.#told(error));
  }
}

/** A value as the driver is to write it: text, bytes or nothing. */
function sent(value: Parameter): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || Buffer.isBuffer(value)) return value;
  return typeof value === "object" ? arrayLiteral(value) : String(value);
}
