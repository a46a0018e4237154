/** What runs on AWS Lambda: the functions of the topology in foldstream.config.ts, from one bundle. */
import { lambdaFunctions } from "@foldstream/aws-lambda";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import app from "./counter.ts";

const { FOLDSTREAM_TABLE_PREFIX: tablePrefix = "counter-" } = process.env;
const engine = () => dynamoDbEngine({ tablePrefix, recorder: "elsewhere" });

export const { http, worker, queue, audit, sweep } = await lambdaFunctions({
  app,
  engine,
  // The page's distribution passes these on as they are.
  http: { basePath: "/api" },
});
