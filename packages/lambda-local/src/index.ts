/** `@foldstream/lambda-local`: functions, and what wakes them, as AWS Lambda runs them, on this machine. */
export { type CopyOptions, FunctionCopy } from "./copy/function-copy.ts";
export type { Invoked } from "./copy/invoked.ts";
export { type RuntimeClient, runtimeClient } from "./copy/runtime-client.ts";
export { type BundleFolder, bundleFolder } from "./deployment/bundle.ts";
export { type DeploymentOptions, type Disturbances, LocalDeployment } from "./deployment/local-deployment.ts";
export type { LocalQueues } from "./deployment/queues.ts";
export type { Template } from "./deployment/template-values.ts";
export { isLocalDeploymentError, LocalDeploymentError, type LocalDeploymentErrorCode } from "./errors.ts";
export { LocalFunction, type LocalFunctionOptions } from "./function/local-function.ts";
export { type KinesisStreamOptions, kinesisStream } from "./source/kinesis-stream.ts";
export { ShardMapping, type ShardMappingOptions } from "./source/shard-mapping.ts";
