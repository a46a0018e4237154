/** The Worker that the test bundles: counters on DynamoDB. */
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { counters } from "../../http/test/counters.ts";
import { foldstream } from "../src/cloudflare.ts";

interface Env {
  readonly DYNAMODB_ENDPOINT: string;
}

export default foldstream<Env>(counters, {
  basePath: "/api",
  engine: ({ DYNAMODB_ENDPOINT: endpoint }) =>
    dynamoDbEngine({
      client: {
        endpoint,
        region: "eu-central-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      },
      recorder: "elsewhere",
    }),
});
