/** Which read models are not yet kept as they are declared. One request tells of all, since every cold start asks. */
import { isDeepStrictEqual } from "node:util";
import { type Build, type ReadModel, withBuild } from "foldstream/port";
import type { Database, Item, Key } from "../database/database.ts";
import { declaredDefinition, parseDefinition } from "./definition.ts";
import { buildsKey, definitionKey } from "./keys.ts";

export async function unprepared(database: Database, models: readonly ReadModel[]): Promise<readonly ReadModel[]> {
  const wanted = models.flatMap((model) => [definitionKey(model), buildsKey(model.name)]);
  const distinct = new Map(wanted.map((key) => [textOf(key), key]));
  const items = await database.getMany(database.tables.readModels, [...distinct.values()]);
  const found = new Map(items.map((item) => [textOf(item), item]));
  return models.filter((model) => {
    const definition = found.get(textOf(definitionKey(model)));
    const builds = found.get(textOf(buildsKey(model.name)));
    return !(definition && builds && isDefined(model, definition) && isListed(model, builds));
  });
}

function isDefined(model: ReadModel, item: Item): boolean {
  return isDeepStrictEqual(parseDefinition(item), declaredDefinition(model));
}

function isListed(model: ReadModel, { builds }: Item): boolean {
  return withBuild(JSON.parse(builds?.S ?? "[]") as readonly Build[], model) === undefined;
}

function textOf({ pk, sk }: Partial<Key>): string {
  return JSON.stringify([pk?.S, sk?.S]);
}
