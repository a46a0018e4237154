import { dynamoDbPlaces } from "./dynamodb.ts";
import type { PeerEngine, Places } from "./place.ts";
import { sqlitePlaces } from "./sqlite.ts";

const opening: Readonly<Record<PeerEngine, (folder: string) => Promise<Places>>> = {
  sqlite: sqlitePlaces,
  // The server's package is only loaded where it is wanted.
  postgres: async (folder) => (await import("./postgres.ts")).postgresPlaces(folder),
  dynamodb: dynamoDbPlaces,
};

/** `folder`: where databases lie meanwhile. Stop them. */
export function openPlaces(engine: PeerEngine, folder: string): Promise<Places> {
  return opening[engine](folder);
}
