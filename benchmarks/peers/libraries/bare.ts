/** The bare drivers, by hand and without any library: what nothing on top of them can be faster than. */
import { join } from "node:path";
import type { BareLog, BareProjection } from "../../engines/bench-engine.ts";
import { postgresBareLog, postgresBareProjection } from "../../engines/postgres-bare.ts";
import { sqliteBareLog, sqliteBareProjection } from "../../engines/sqlite-bare.ts";
import type { Place } from "../places/place.ts";

export interface Bare {
  log(): Promise<BareLog>;
  /** Over the log that Foldstream has written to the place: read, group in memory, upsert. */
  projection(eventsPerStep: number): Promise<BareProjection>;
}

export function openBare(place: Place): Bare {
  if (place.engine === "sqlite")
    return {
      log: async () => sqliteBareLog(join(place.folder, "bare.db")),
      projection: async (eventsPerStep) => sqliteBareProjection(join(place.folder, "log.db"), eventsPerStep),
    };
  if (place.engine === "postgres") {
    const { connectionString } = place;
    const schemas = { log: "foldstream", schema: "bare_projection" };
    return {
      log: () => postgresBareLog(connectionString, "bare"),
      projection: (eventsPerStep) => postgresBareProjection(connectionString, { ...schemas, eventsPerStep }),
    };
  }
  throw new Error("DynamoDB has no rows by hand: what it bills is counted by the question dynamodb-cost.");
}
