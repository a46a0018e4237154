/** The OpenAPI 3.1 document of an app, generated from its schemas. */
import type { AnyAggregate, AnyQuery } from "foldstream";
import type { Host } from "../options.ts";
import { commandPaths, togetherPath } from "./command-paths.ts";
import { operationsPaths } from "./operations-paths.ts";
import { queryPaths } from "./query-paths.ts";
import { SchemaRegistry } from "./schema-registry.ts";
import { headers, parameters, responses } from "./shared.ts";
import { streamPath } from "./stream-path.ts";

export type JsonObject = { readonly [key: string]: unknown };
export type Paths = { readonly [path: string]: JsonObject };

export function openApiDocument(host: Host): JsonObject {
  const { app } = host.runtime;
  const schemas = new SchemaRegistry(host.toJsonSchema);
  const paths = pathsOf(app.aggregates, app.queries, schemas, host);
  return {
    openapi: "3.1.1",
    info: infoOf(host),
    servers: (host.options.openapi?.servers ?? [host.basePath || "/"]).map((url) => ({ url })),
    security: host.options.authenticate ? [{ credentials: [] }] : [],
    tags: [...app.aggregates.map(aggregateTag), ...commonTags],
    paths,
    components: { schemas: schemas.all(), parameters, headers, responses, ...securityOf(host) },
  };
}

function pathsOf(
  aggregates: readonly AnyAggregate[],
  queries: readonly AnyQuery[],
  schemas: SchemaRegistry,
  host: Host,
): Paths {
  const parts = [
    ...aggregates.flatMap((aggregate) => [commandPaths(aggregate, schemas), streamPath(aggregate, schemas)]),
    togetherPath(aggregates, schemas),
    ...queries.map((query) => queryPaths(query, schemas)),
    operationsPaths(host.options.metrics !== undefined),
  ];
  return Object.assign({}, ...parts);
}

const commonTags = [
  { name: "commands", description: "Commands on several streams at once." },
  { name: "queries", description: "Questions to the read models, once or live." },
  { name: "operations", description: "For those who run the app." },
];

function infoOf({ runtime, options }: Host): JsonObject {
  const { version = "1.0.0", description, license } = options.openapi ?? {};
  return {
    title: runtime.app.name,
    version,
    ...(description !== undefined && { description }),
    ...(license && { license }),
  };
}

function aggregateTag({ name }: AnyAggregate): JsonObject {
  return { name, description: `Commands and events of aggregate ${name}.` };
}

/** The scheme follows the challenge, since what `authenticate` looks at is the host's business. */
function securityOf({ options }: Host): JsonObject {
  if (!options.authenticate) return {};
  const scheme = (options.challenge ?? "Bearer").split(" ")[0]?.toLowerCase();
  return { securitySchemes: { credentials: { type: "http", scheme } } };
}
