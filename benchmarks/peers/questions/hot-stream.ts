/** 64 clients on one counter through command handling: what each library does about conflicts, and whether the total is exact. */
import { timedBatches, timedClients } from "../../timed.ts";
import type { PeerQuestion } from "../question.ts";
import { withLog } from "./append.ts";

const clients = 64;

export const hotStream: PeerQuestion = {
  name: "hot-stream",
  about: `${clients} clients increment one counter through command handling, with retries until it is done`,
  engines: ["sqlite", "postgres", "dynamodb"],
  unit: "increments",
  async run(library, { scale, seconds }) {
    let [retries, failures] = [0, 0];
    const increment = async () => {
      try {
        retries += await library.increment("1");
      } catch {
        failures++;
      }
    };
    const run = await timedClients(Math.ceil(200_000 * scale), clients, increment, seconds);
    const count = run.count - failures;
    return { ...run, count, retries, failures, exact: (await library.sum("1")) === count };
  },
  bare: {
    about: `${clients} increments a transaction`,
    run: (bare, { scale, seconds }) =>
      withLog(bare, async (log) => {
        const count = Math.ceil(3_000 * scale) * clients;
        const run = await timedBatches(count, clients, () => log.increment("counter-1", clients), seconds);
        return { ...run, exact: (await log.version("counter-1")) === run.count };
      }),
  },
};
