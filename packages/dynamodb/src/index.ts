/** Foldstream on Amazon DynamoDB. */
export { createTables } from "./database/prepare-tables.ts";
export { type TableDefinition, type TableNames, tableDefinitions, tableNames } from "./database/tables.ts";
export { type DynamoDbEngine, type DynamoDbOptions, dynamoDbEngine } from "./dynamodb-engine.ts";
export { type DynamoDbLog, type DynamoDbLogOptions, dynamoDbLog } from "./dynamodb-log.ts";
export { DynamoDbTableError, type DynamoDbTableProblem, isDynamoDbTableError } from "./errors.ts";
