import { withTargets } from "foldstream";
import { memoryEngine } from "foldstream/memory";
import { eventFeedConformance, eventStoreConformance, readModelConformance } from "./index.ts";

for (const partitions of [1, 4]) {
  const name = `memory, ${partitions} partition(s)`;
  const open = async () => memoryEngine({ partitions });
  eventStoreConformance({ name, open });
  eventFeedConformance({ name, open });
}
readModelConformance({ name: "memory", open: async () => memoryEngine() });
readModelConformance({
  name: "memory, in several targets",
  open: async () => withTargets(memoryEngine(), { loans: memoryEngine() }),
});
