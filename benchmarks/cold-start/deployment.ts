/** Where the functions of a benchmark run: the counter's tables on a local DynamoDB, and a folder for packages. Each package is made once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTables, tableDefinitions } from "@foldstream/dynamodb";
import { type LocalDynamoDb, startDynamoDb } from "@foldstream/dynamodb-local";
import { cacheVariables, fillCache, type Packaging, packageFunction } from "./package-function.ts";

export interface Packaged {
  readonly folder: string;
  readonly bytes: number;
  readonly environment: Readonly<Record<string, string>>;
}

const region = "eu-central-1";

export class Deployment {
  readonly #dynamoDb: LocalDynamoDb;
  readonly #parent = mkdtempSync(join(tmpdir(), "foldstream-cold-"));
  readonly #packages = new Map<string, Packaged>();

  private constructor(dynamoDb: LocalDynamoDb) {
    this.#dynamoDb = dynamoDb;
  }

  static async start(): Promise<Deployment> {
    const dynamoDb = await startDynamoDb();
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ endpoint: dynamoDb.endpoint, region, credentials });
    await createTables(client, tableDefinitions("counter-"));
    client.destroy();
    return new Deployment(dynamoDb);
  }

  /** `event` is what a compile cache is filled by. */
  async packaged(entry: string, packaging: Packaging, event: unknown): Promise<Packaged> {
    const name = [entry, packaging.sdk, packaging.cached].join("-");
    const known = this.#packages.get(name) ?? (await this.#package(entry, packaging, event));
    this.#packages.set(name, known);
    return known;
  }

  async stop(): Promise<void> {
    rmSync(this.#parent, { recursive: true, force: true });
    await this.#dynamoDb.close();
  }

  async #package(entry: string, packaging: Packaging, event: unknown): Promise<Packaged> {
    const folder = mkdtempSync(join(this.#parent, `${entry}-`));
    const bytes = await packageFunction(entry, packaging, folder);
    const plain = {
      AWS_ENDPOINT_URL_DYNAMODB: this.#dynamoDb.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
    if (packaging.cached) await fillCache(folder, event, plain);
    return { folder, bytes, environment: packaging.cached ? { ...plain, ...cacheVariables(folder) } : plain };
  }
}
