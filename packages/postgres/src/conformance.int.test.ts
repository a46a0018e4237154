import { eventFeedConformance, eventStoreConformance } from "@foldstream/conformance";
import { connectionString, freshSchema, reopenable } from "../test/postgres-server.ts";

const open = async () =>
  reopenable({ connection: { connectionString: await connectionString() }, schema: freshSchema() });

eventStoreConformance({ name: "postgres", open });
eventFeedConformance({ name: "postgres", open });
