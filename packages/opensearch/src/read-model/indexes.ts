/** The indexes: one for each build of a read model, and one for what is known of all of them. */
import type { Column } from "foldstream";
import type { ReadModel } from "foldstream/port";

/** How indexes are named and made. */
export interface IndexOptions {
  readonly prefix: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Text beyond this is kept, and neither found by equality nor sorted by: a term has 32,766 bytes at most (Lucene), 4 to a character. */
export const longestTerm = 8_191;

/** Rows that a reader may skip and take together. Each search holds that many places in memory (docs: "index.max_result_window"). */
export const mostResults = 100_000;

/**
 * The alias under which an index is read and written: a write never makes an index that was deleted meanwhile. Names are lower case on the
 * service, so a capital letter is written as a hyphen and its small one.
 */
export function aliasOf(prefix: string, model: ReadModel): string {
  return `${prefix}${idOf(model).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The index itself. */
export function indexOf(prefix: string, model: ReadModel): string {
  return `${aliasOf(prefix, model)}.rows`;
}

/** Of the document that holds checkpoints and lease. */
export function idOf({ name, version, build = 0 }: ReadModel): string {
  return `${name}_v${version}${build === 0 ? "" : `-${build}`}`;
}

/** Of the document that lists the builds of a name. */
export function buildsIdOf(name: string): string {
  return `builds#${name}`;
}

export function controlIndexOf(prefix: string): string {
  return `${prefix}control`;
}

export const controlDefinition = { mappings: { dynamic: false } };

const kept = { type: "object", enabled: false };
const term = { type: "keyword", ignore_above: longestTerm };

const fieldTypes: Readonly<Record<Column["type"], object>> = {
  text: term,
  integer: { type: "long" },
  real: { type: "double" },
  boolean: { type: "boolean" },
  timestamp: { type: "date", format: "strict_date_time" },
  json: term,
};

export function definitionOf(model: ReadModel, { prefix, settings }: IndexOptions): object {
  const row = Object.entries(model.columns).map(([name, { type }]) => [name, fieldTypes[type]]);
  const words = model.search.map((name) => [name, { type: "text", analyzer: "whitespace" }]);
  return {
    aliases: { [aliasOf(prefix, model)]: {} },
    settings: { ...settings, "index.max_result_window": mostResults },
    mappings: {
      dynamic: "strict",
      properties: {
        key: { type: "keyword" },
        row: { properties: Object.fromEntries(row) },
        nulls: { type: "keyword" },
        words: { properties: Object.fromEntries(words) },
        includes: kept,
        step: { type: "keyword", index: false, doc_values: false },
        gone: { type: "boolean" },
        expires: { type: "date", format: "epoch_millis" },
      },
    },
  };
}
