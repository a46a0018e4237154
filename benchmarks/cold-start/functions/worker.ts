/** Records and projects. */
import { lambdaFunctions } from "@foldstream/aws-lambda";
import { dynamoDbEngine } from "@foldstream/dynamodb";
import { whole } from "./counter.ts";

const engine = () => dynamoDbEngine({ tablePrefix: "counter-", recorder: "elsewhere" });

export const { worker: handler } = await lambdaFunctions({ app: whole, engine });
