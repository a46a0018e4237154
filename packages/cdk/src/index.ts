/** `@foldstream/cdk`: what `@foldstream/cloudformation` synthesizes, as CDK constructs. */
export { FoldstreamApp, type FoldstreamAppProps, type FoldstreamFunctions } from "./foldstream-app.ts";
export { FoldstreamState, type FoldstreamStateProps, type FoldstreamTables } from "./foldstream-state.ts";
