/** Foldstream's read models in OpenSearch. */
export { isOpenSearchIndexError, OpenSearchIndexError, type OpenSearchIndexProblem } from "./errors.ts";
export { type OpenSearchOptions, openSearchTarget } from "./opensearch-target.ts";
