/** From sending a command until a query finds what it changed in the read model, at half of the load that the library can take. */
import { timedAtRate, timedClients } from "../../timed.ts";
import type { PeerQuestion } from "../question.ts";

const clients = 64;
const counters = 1_000;

export const visible: PeerQuestion = {
  name: "visible",
  about: `from a command until a query sees it, at half of the rate that ${clients} clients reach`,
  engines: ["sqlite", "postgres"],
  unit: "commands",
  async run({ projection }, { scale, seconds }) {
    if (!projection) throw new Error("This library has no projections.");
    await projection.start();
    const ask = (index: number) => projection.incrementAndSee(String(index % counters));
    const count = Math.ceil(20_000 * scale);
    const reached = await timedClients(count, clients, ask, seconds);
    const rate = reached.count / reached.seconds / 2;
    return timedAtRate(Math.min(count, Math.ceil(rate * seconds)), rate, (index) => ask(reached.count + index));
  },
};
