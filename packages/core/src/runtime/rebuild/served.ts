/** What a query reads: for each projection the build that serves, as rows of the declared columns. */
import type { AnyProjection } from "../../definition/projection.ts";
import { isSameBuild } from "../../port/build-list.ts";
import type { ReadModel, ReadModelReader, ReadModelStore, Row } from "../../port/read-model-store.ts";
import type { KnownBuilds } from "./known-builds.ts";

export interface Served {
  readonly projection: AnyProjection;
  /** Read by name. */
  readonly model: ReadModel;
  /** Must include a consistency token too, since SQL reads the live build whatever serves. */
  readonly live: ReadModel;
  readonly declared: ReadModel;
}

/** What serves each of the projections, or the name of the first one of which nothing does. */
export type Looked = Serving | { readonly rebuilding: string };

interface Serving {
  readonly served: readonly Served[];
  /** Stands for all of the tokens that were waited for. */
  readonly token?: string;
}

export async function servedBy(known: KnownBuilds, projections: readonly AnyProjection[]): Promise<Looked> {
  const served: Served[] = [];
  for (const projection of projections) {
    const { serving, live, own } = await known.of(projection);
    if (!serving) return { rebuilding: projection.name };
    served.push({ projection, model: serving, live, declared: own });
  }
  return { served };
}

/** An older version may have columns more. */
export function servedReader(target: ReadModelStore, { model, declared }: Served): ReadModelReader {
  const reader = target.reader(model);
  if (isSameBuild(model, declared)) return reader;
  const names = Object.keys(declared.columns);
  const asDeclared = (row: Row): Row => Object.fromEntries(names.map((name) => [name, row[name]]));
  return {
    async get(key) {
      const row = await reader.get(key);
      return row && asDeclared(row);
    },
    find: async (options) => (await reader.find(options)).map(asDeclared),
    count: (where) => reader.count(where),
    search: async (text, options) => (await reader.search(text, options)).map(asDeclared),
  };
}

/** What serves as of now, if that is something else than `before`. */
export async function servedNow(
  known: KnownBuilds,
  projections: readonly AnyProjection[],
  before: readonly Served[],
): Promise<readonly Served[] | undefined> {
  await Promise.all(projections.map((projection) => known.look(projection)));
  const looked = await servedBy(known, projections);
  if ("rebuilding" in looked) return undefined;
  const changed = looked.served.some(({ model }, index) => !isSameBuild(model, (before[index] as Served).model));
  return changed ? looked.served : undefined;
}
