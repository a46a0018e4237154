/** A bundle with all of an application, as a user writes it: the counter on DynamoDB. */
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { lambdaFunctions } from "../../src/index.ts";
import { counting } from "../counter-app.ts";

const engine = () => dynamoDbEngine({ tablePrefix: "counter-", recorder: "elsewhere" });
const settings = { leaseMs: 1_000 };

export const { http, worker, queue } = await lambdaFunctions({ app: counting, engine, settings });
