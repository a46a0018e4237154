import { eventFeedConformance, eventStoreConformance } from "@foldstream/conformance";
import { freshSchema, openDatabase } from "../test/postgres-server.ts";
import { openLog } from "./event-store/log.ts";

async function reopenable(schema: string) {
  const database = await openDatabase(schema);
  const log = openLog(database);
  const close = async () => {
    await log.close();
    await database.close();
  };
  const reopen = async () => {
    await close();
    return reopenable(schema);
  };
  return { eventStore: log.eventStore, eventFeed: log.eventFeed, close, reopen };
}

const open = () => reopenable(freshSchema());

eventStoreConformance({ name: "postgres", open });
eventFeedConformance({ name: "postgres", open });
