/** Read models in Algolia, for search: a target, beside whatever keeps the log. */
import { searchClient } from "@algolia/client-search";
import type { Target } from "foldstream/port";
import { algoliaReadModels } from "./read-model/algolia-read-models.ts";
import { Service } from "./service/service.ts";

export type AlgoliaClientOptions = NonNullable<Parameters<typeof searchClient>[2]>;

export interface AlgoliaOptions {
  readonly appId: string;
  /** A key with the rights `search`, `browse`, `addObject`, `deleteObject`, `deleteIndex`, `settings` and `editSettings`. */
  readonly apiKey: string;
  /** Before the names of the indexes. Default `foldstream-`. */
  readonly indexPrefix?: string;
  /** The most bytes that the plan allows a record as JSON. Default 10,000, which every plan has. */
  readonly recordBytes?: number;
  /** Of the official client. Default: the hosts of the cluster that is written to, not those of a distributed network, which lag behind. */
  readonly client?: AlgoliaClientOptions;
}

/** Connects when it is first used. Indexes are created by `prepare`. */
export function algoliaTarget(options: AlgoliaOptions): Target {
  const { appId, apiKey, indexPrefix = "foldstream-", recordBytes = 10_000, client = {} } = options;
  const service = new Service(searchClient(appId, apiKey, { hosts: hostsOf(appId), ...client }), recordBytes);
  return {
    readModels: algoliaReadModels(service, indexPrefix),
    close: async () => undefined,
  };
}

function hostsOf(appId: string): NonNullable<AlgoliaClientOptions["hosts"]> {
  const urls = [`${appId}.algolia.net`, ...[1, 2, 3].map((at) => `${appId}-${at}.algolianet.com`)];
  return urls.map((url) => ({ url, accept: "readWrite", protocol: "https" }));
}
