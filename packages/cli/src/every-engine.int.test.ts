import { join } from "node:path";
import { type LocalDynamoDb, startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { type LocalPostgres, startPostgres } from "@foldstream/postgres-local";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../../tests/child-program.ts";
import { digestOf, fillFile, scratchFolder } from "../test/files.ts";

const withoutDynamoDb = whyNoDynamoDb();
const patienceMs = 240_000;

describe.skipIf(withoutDynamoDb)(`foldstream migrate${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  let postgres: LocalPostgres;
  let dynamoDb: LocalDynamoDb;
  beforeAll(async () => {
    [postgres, dynamoDb] = await Promise.all([startPostgres({ durable: false }), startDynamoDb()]);
  }, patienceMs);
  afterAll(() => Promise.all([postgres?.stop(), dynamoDb?.close()]), patienceMs);

  async function foldstream(...args: string[]): Promise<void> {
    const program = runProgram("packages/cli/src/main.ts", args, {
      DYNAMODB_ENDPOINT: dynamoDb.endpoint,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    expect(await program.ended, program.output()).toBe(0);
  }

  it(
    "G1 G2 takes a log from SQLite to PostgreSQL to DynamoDB, and by a backup to SQLite again, all of it",
    async () => {
      const folder = scratchFolder();
      const [first, last] = [join(folder, "first.db"), join(folder, "last.db")];
      const log = await fillFile(first, 300, { streams: 12 });
      const moved = `${postgres.connectionString}?schema=moved`;

      await foldstream("migrate", "--from", `sqlite:${first}`, "--to", moved);
      await foldstream("migrate", "--from", moved, "--to", "dynamodb:moved-");
      await foldstream("backup", "--config", "dynamodb:moved-", join(folder, "log.gz"));
      await foldstream("restore", "--config", `sqlite:${last}`, join(folder, "log.gz"));

      expect(log).toMatchObject({ events: { count: 270 }, receipts: { count: 300 } });
      expect(await digestOf(last)).toEqual(log);
    },
    patienceMs,
  );
});
