/** Takes commands and nothing else. */
import { commandFunctions } from "@foldstream/aws-lambda";
import { dynamoDbLog } from "@foldstream/dynamodb";
import { commandsAlone } from "./counter.ts";

const log = () => dynamoDbLog({ tablePrefix: "counter-" });

export const { http: handler } = await commandFunctions({ app: commandsAlone, log });
