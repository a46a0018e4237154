/** What more processes on one log reach together, each with 64 clients on streams of its own, and whether nothing is lost. */
import { inOwnProcess } from "../own-process.ts";
import { type Axis, upTo } from "./axis.ts";
import type { WorkerOrder, WorkerReport } from "./worker-process.ts";

const secondsEach = 3;
const shortest = 0.5;
const program = new URL("worker-process.ts", import.meta.url);

export const workersAxis: Axis = {
  name: "workers",
  x: "processes",
  about: "processes are added on one log",
  async *points(growth) {
    const seconds = Math.max(shortest, secondsEach * growth.scale);
    for (const x of upTo([1, 2, 4, 8], growth)) {
      const place = await growth.newPlace();
      try {
        // The first process makes the tables: two at once would only wait for each other.
        await inOwnProcess<WorkerOrder, WorkerReport>(program, { place: place.shared, worker: 0, seconds: 0 });
        const reports = await Promise.all(
          Array.from({ length: x }, (_, worker) =>
            inOwnProcess<WorkerOrder, WorkerReport>(program, { place: place.shared, worker, seconds }),
          ),
        );
        const perSecond = reports.reduce((sum, { count, taken }) => sum + count / taken, 0);
        if (reports.some(({ exact }) => !exact)) throw new Error(`${x} processes did not keep every increment.`);
        yield { x, series: "commands of all processes", y: perSecond, unit: "per second", constant: false };
      } finally {
        await place.drop();
      }
    }
  },
};
