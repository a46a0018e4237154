import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Counting, countingFunctions, invocation } from "../test/counter.ts";
import { isLambdaError } from "./index.ts";

const { LAMBDA_EVENTS: folder } = process.env;
const absent = folder ? undefined : "LAMBDA_EVENTS does not name a folder of AWS's sample events";

type Fate = "answered" | "woken" | "done" | "messages fail" | "refused";
type Role = "http" | "worker" | "queue" | "objects";

/** What each function makes of the samples of a folder, or of one of them. All that is not named here is refused. */
const fates: Readonly<Record<Role, Readonly<Record<string, Fate>>>> = {
  http: {
    "parser/alb/": "answered",
    "parser/apigw-http/": "answered",
    "parser/apigw-rest/": "answered",
    "parser/lambda/": "answered",
  },
  worker: {
    "parser/dynamodb/": "woken",
    "parser/kinesis/stream.json": "woken",
    "parser/kinesis/dynamodb-stream.json": "woken",
    "parser/kinesis/stream-cloudwatch-logs.json": "woken",
    "parser/sqs/": "woken",
    "parser/sns/": "woken",
    "parser/s3/": "woken",
    "parser/eventbridge/": "woken",
  },
  queue: { "parser/sqs/": "messages fail", "parser/s3/sqs-event.json": "messages fail" },
  objects: { "parser/s3/": "done", "parser/sqs/": "messages fail" },
};

/** They ask an authorizer, have no path, or `<url-id>` for a host; they ask to transform an object. */
const refused: ReadonlySet<string> = new Set([
  "parser/apigw-http/authorizer-request.json",
  "parser/apigw-rest/authorizer-request.json",
  "parser/apigw-rest/authorizer-token.json",
  "parser/lambda/base.json",
  "parser/lambda/get-request.json",
  "parser/lambda/iam-auth.json",
  "parser/lambda/invalid.json",
  "parser/s3/object-iam-user.json",
  "parser/s3/object-temp-credentials.json",
]);

async function fateOf(functions: Counting, role: Role, event: unknown): Promise<Fate> {
  try {
    if (role === "http") return (await functions.http(event, invocation())).statusCode === 400 ? "refused" : "answered";
    const answer = await functions[role](event, invocation());
    if (answer && answer.batchItemFailures.length > 0) return "messages fail";
    return role === "worker" ? "woken" : "done";
  } catch (error) {
    if (!isLambdaError(error)) throw error;
    return "refused";
  }
}

function expected(role: Role, name: string): Fate {
  const own = Object.entries(fates[role]).find(([prefix]) => name.startsWith(prefix));
  return refused.has(name) || !own ? "refused" : own[1];
}

describe("AWS's sample events", () => {
  it.for(["http", "worker", "queue", "objects"] as const)(
    "are each taken or refused by %s, none fails",
    async (role, { skip }) => {
      if (absent) skip(absent);
      const functions = await countingFunctions();
      const names = globSync("**/*.json", { cwd: folder ?? "" }).sort();

      const found = await Promise.all(
        names.map(async (name) => {
          const event: unknown = JSON.parse(readFileSync(join(folder ?? "", name), "utf8"));
          return [name, await fateOf(functions, role, event)];
        }),
      );

      expect(names.length).toBeGreaterThan(60);
      expect(found).toEqual(names.map((name) => [name, expected(role, name)]));
    },
  );
});
