/** A local DynamoDB for tests, benchmarks and `npm start`. Never published. */
export type { Account, Consumption } from "./accountant.ts";
export type { FaultProxy } from "./fault-proxy.ts";
export type { AskEngine, Fault, FaultRule, Injected } from "./faults.ts";
export { type Moto, startMoto, whyNoMoto } from "./moto.ts";
export { type LocalDynamoDb, type LocalDynamoDbOptions, startDynamoDb, whyNoDynamoDb } from "./start-dynamodb.ts";
