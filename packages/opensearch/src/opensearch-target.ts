/** Read models in OpenSearch, for search: a target, beside whatever keeps the log. */
import { Client, type ClientOptions } from "@opensearch-project/opensearch";
import type { Target } from "foldstream/port";
import { openSearchReadModels } from "./read-model/opensearch-read-models.ts";
import { Service } from "./service/service.ts";

export interface OpenSearchOptions {
  /** Of the official client: `node`, `auth`, `ssl`, and the rest. */
  readonly client: ClientOptions;
  /** Before the names of the indexes, in lower case. Default `foldstream-`. */
  readonly indexPrefix?: string;
  /** Settings of the indexes when they are created, such as `number_of_shards`. Default: the service's. */
  readonly indexSettings?: Readonly<Record<string, unknown>>;
}

/** Connects when it is first used. Indexes are created by `prepare`. */
export function openSearchTarget({
  client,
  indexPrefix = "foldstream-",
  indexSettings = {},
}: OpenSearchOptions): Target {
  const service = new Service(new Client(client));
  return {
    readModels: openSearchReadModels(service, { prefix: indexPrefix, settings: indexSettings }),
    close: () => service.close(),
  };
}
