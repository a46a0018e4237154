/** A bundle that answers HTTP, as a user writes it: the counter on DynamoDB. */
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { lambdaFunctions } from "../../src/index.ts";
import { counting } from "../counter-app.ts";

const engine = () => dynamoDbEngine({ tablePrefix: "counter-", recorder: "elsewhere" });

export const { http: handler } = await lambdaFunctions({ app: counting, engine });
