/** Foldstream's read models in Algolia. */
export { type AlgoliaClientOptions, type AlgoliaOptions, algoliaTarget } from "./algolia-target.ts";
export { AlgoliaIndexError, type AlgoliaIndexProblem, isAlgoliaIndexError } from "./errors.ts";
