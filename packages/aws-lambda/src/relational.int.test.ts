import { type Resource, synthesize, type Topology } from "@foldstream/cloudformation";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { startDynamoDb, whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { postgresEngine } from "@foldstream/postgres";
import { combinedEngine } from "foldstream";
import { describe, expect, it, onTestFinished } from "vitest";
import { asAdministrator, connectionString, freshSchema } from "../../postgres/test/postgres-server.ts";
import { invocation } from "../test/counter.ts";
import { counting } from "../test/counter-app.ts";
import { requestEvent, streamEvent } from "../test/events.ts";
import { type LambdaFunctions, lambdaFunctions } from "./index.ts";

const without = whyNoDynamoDb();
const slowMs = 600_000;
const database = {
  secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:counter-abcdef",
  connections: 6,
  connectionsPerCopy: 2,
  subnetIds: ["subnet-0123456789abcdef0"],
  securityGroupIds: ["sg-0123456789abcdef0"],
};
const topology: Topology = { name: "counter", database };

/** Copies that Lambda may run at a time of a function. */
function copiesOf(id: string): number {
  const { Resources } = synthesize(topology).stacks.counter as {
    readonly Resources: Readonly<Record<string, Resource>>;
  };
  return Resources[id]?.Properties.ReservedConcurrentExecutions as number;
}

/** A copy whose log is in DynamoDB, and whose read models are in PostgreSQL. */
async function copy(endpoint: string, schema: string): Promise<LambdaFunctions> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = { endpoint, region: "eu-central-1", credentials };
  const connection = { connectionString: `${await connectionString()}?application_name=${schema}` };
  const engine = combinedEngine({
    log: await dynamoDbEngine({ client, tablePrefix: "mixed-", createTables: true, recorder: "elsewhere" }),
    readModels: postgresEngine({ connection, schema, connections: database.connectionsPerCopy }),
  });
  onTestFinished(() => engine.close());
  return lambdaFunctions({ app: counting, engine: () => engine, settings: { leaseMs: 1_000 } });
}

const copies = (count: number, endpoint: string, schema: string) =>
  Promise.all(Array.from({ length: count }, () => copy(endpoint, schema)));

describe.skipIf(without)(`read models in PostgreSQL, from Lambda${without ? ` (${without})` : ""}`, () => {
  it(
    "G3 G4 are exact, and never take more connections than the topology's budget",
    async () => {
      const local = await startDynamoDb();
      onTestFinished(() => local.close());
      const schema = freshSchema("lambda");
      const fronts = await copies(copiesOf("HttpFunction"), local.endpoint, schema);
      const workers = await copies(copiesOf("WorkerFunction"), local.endpoint, schema);
      const ids = Array.from({ length: 10 }, (_, index) => `c${index}`);
      const press = (id: string) => requestEvent("POST", `/commands/counter/${id}/Increment`, { body: { by: 2 } });
      const ask = (id: string) => requestEvent("GET", "/queries/total", { query: `id=${id}` });
      let most = 0;
      let working = true;
      const watching = async () => {
        const count = `SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = '${schema}'`;
        while (working) most = Math.max(most, (await asAdministrator(count))[0]?.open as number);
      };

      const watched = watching();
      const news = streamEvent(ids.map((id) => `counter-${id}`));
      const load = fronts.flatMap((front) =>
        ids.flatMap((id) => [front.http(press(id), invocation()), front.http(ask(id), invocation())]),
      );
      await Promise.all([...load, ...workers.map(({ worker }) => worker(news, invocation()))]);
      await Promise.all(workers.map(({ worker }) => worker(news, invocation())));
      working = false;
      await watched;

      const [front] = fronts as [LambdaFunctions];
      const totals = await Promise.all(ids.map(async (id) => (await front.http(ask(id), invocation())).body));
      expect(totals).toEqual(ids.map(() => String(2 * fronts.length)));
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(database.connections);
    },
    slowMs,
  );
});
