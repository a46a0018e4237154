/** What a read model was prepared as: its columns for good, its indexes until they are changed. */
import type { ReadModel } from "foldstream/port";
import type { Database, Item } from "../database/database.ts";
import { indexNames } from "../read-model-index/entries.ts";
import { definitionKey } from "./keys.ts";

export interface Definition {
  readonly columns: string;
  /** Names of the indexes that steps keep up. */
  readonly indexes: string;
  /** Whether documents from before are in them too. */
  readonly complete: boolean;
}

export function declaredDefinition(model: ReadModel): Definition {
  return { columns: columnsOf(model), indexes: indexNames(model), complete: true };
}

export async function readDefinition(database: Database, model: ReadModel): Promise<Definition | undefined> {
  const item = await database.get(database.tables.readModels, definitionKey(model), true);
  return item && parseDefinition(item);
}

/** Whether queries may rely on the indexes that the model is declared with. */
export async function indexesHold(database: Database, model: ReadModel): Promise<boolean> {
  const definition = await readDefinition(database, model);
  return definition?.complete === true && definition.indexes === indexNames(model);
}

export function definitionItem(model: ReadModel, { columns, indexes, complete }: Definition): Item {
  return { ...definitionKey(model), columns: { S: columns }, indexedBy: { S: indexes }, complete: { BOOL: complete } };
}

export function parseDefinition({ columns, indexedBy, complete }: Item): Definition {
  return { columns: columns?.S ?? "", indexes: indexedBy?.S ?? "", complete: complete?.BOOL ?? false };
}

function columnsOf({ kind, columns }: ReadModel): string {
  const described = Object.entries(columns).map(([name, { type, key, nullable }]) =>
    [name, type, key && "key", nullable && "nullable"].filter(Boolean).join(" "),
  );
  return `${kind}: ${described.join(", ")}`;
}
