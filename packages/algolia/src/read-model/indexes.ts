/** The indexes: one for each build of a read model, and one for what is known of all of them. */
import type { IndexSettings } from "@algolia/client-search";
import type { ReadModel } from "foldstream/port";
import { orderAttributes } from "./key-order.ts";

/** Of a build: of its record in the control index, and of its index behind the prefix. */
export function idOf({ name, version, build = 0 }: ReadModel): string {
  return `${name}_v${version}${build === 0 ? "" : `-${build}`}`;
}

export function indexOf(prefix: string, model: ReadModel): string {
  return `${prefix}${idOf(model)}`;
}

export function controlIndexOf(prefix: string): string {
  return `${prefix}control`;
}

/** Nothing is searched for in it; parked streams are found by their build. */
export const controlSettings: IndexSettings = {
  searchableAttributes: ["none"],
  attributesForFaceting: ["filterOnly(parkedOf)"],
  numericAttributesForFiltering: [],
};

/** Words match by their beginnings and nothing else, the first searched column first; ties, and browsing, are in the order of keys. */
export function settingsOf(model: ReadModel): IndexSettings {
  return {
    searchableAttributes: model.search.length > 0 ? model.search.map((name) => `unordered(words.${name})`) : ["none"],
    numericAttributesForFiltering: ["gone", "expires"],
    ranking: ["words", "attribute", "exact", "custom"],
    customRanking: orderAttributes.map((name) => `asc(${name})`),
    attributesToHighlight: [],
    queryType: "prefixAll",
    typoTolerance: false,
    removeStopWords: false,
    ignorePlurals: false,
    removeWordsIfNoResults: "none",
    enableRules: false,
    enablePersonalization: false,
    paginationLimitedTo: 1_000,
  };
}
