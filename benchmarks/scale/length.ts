/** What grows with one stream: reading all of it would, loading it from its snapshot should not. */
import { type Axis, upTo } from "./axis.ts";
import { counter } from "./counters.ts";
import { lengthen } from "./fill.ts";
import { caughtUp, probed, withRuntime } from "./probe.ts";

const id = "long";

export const lengthAxis: Axis = {
  name: "length",
  x: "events of the stream",
  about: "one stream grows",
  async *points(growth) {
    const place = await growth.newPlace();
    const increment = () => withRuntime(place, (runtime) => runtime.execute(counter, id, "Increment", { by: 1 }));
    try {
      for (const x of upTo([1, 100, 1_000, 10_000, 100_000], growth)) {
        const before = await increment();
        const length = before.ok ? before.version : 0;
        if (length < x - 1) {
          await withRuntime(place, async (runtime, { eventStore }) => {
            await lengthen(eventStore, `counter-${id}`, length, x - 1);
            await runtime.start();
            // Its last event comes by a command, which leaves a snapshot. Read models have caught up when that is seen.
            await caughtUp(runtime, id);
          });
        }
        for (const point of await probed(place, { id })) yield { x, ...point };
      }
    } finally {
      await place.drop();
    }
  },
};
