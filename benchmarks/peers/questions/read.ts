/** A long stream is read and folded. */
import { timedBatches } from "../../timed.ts";
import { type Payload, payload } from "../library.ts";
import type { PeerQuestion, TrialSize } from "../question.ts";
import { withLog } from "./append.ts";

const perAppend = 100;
const times = 100;

export const read: PeerQuestion = {
  name: "read",
  about: "a stream of 10,000 events is read and folded",
  engines: ["sqlite", "postgres", "dynamodb"],
  unit: "events",
  async prepare(library, size) {
    for (let first = 0; first < lengthOf(size); first += perAppend)
      await library.append("1", first, new Array<Payload>(perAppend).fill(payload));
  },
  run: (library, size) => reads(size, () => library.sum("1")),
  bare: {
    about: "SELECT, JSON.parse, fold",
    run: (bare, size) =>
      withLog(bare, async (log) => {
        for (let first = 0; first < lengthOf(size); first += perAppend)
          await log.insert(
            Array.from({ length: perAppend }, (_, index) => {
              return { stream: "counter-1", version: first + index + 1, data: payload };
            }),
          );
        return reads(size, async () => {
          const events = (await log.read("counter-1")) as Payload[];
          return events.reduce((sum, { by }) => sum + by, 0);
        });
      }),
  },
};

function lengthOf({ scale }: TrialSize): number {
  return Math.ceil(100 * Math.min(1, scale)) * perAppend;
}

async function reads(size: TrialSize, sum: () => Promise<number>) {
  const length = lengthOf(size);
  let exact = (await sum()) === length;
  const checked = async () => {
    exact &&= (await sum()) === length;
  };
  return { ...(await timedBatches(length * times, length, checked, size.seconds)), exact };
}
