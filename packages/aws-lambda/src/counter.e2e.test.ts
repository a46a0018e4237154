import { whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { runtimeClient } from "@foldstream/lambda-local";
import { describe, expect, it } from "vitest";
import { ask, deployCounter } from "../test/deployed-counter.ts";
import { requestEvent } from "../test/events.ts";

const without = whyNoDynamoDb();
const slowMs = 900_000;
const clients = 50;
const presses = 2;

/** True about once in `often` times, the same way in every run. */
function chance(often: number, seed: number): () => boolean {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state % often === 0;
  };
}

describe.skipIf(without)(`the counter on Lambda${without ? ` (${without})` : ""}, by ${runtimeClient().name}`, () => {
  it(
    `G2 G4 G6 G10 is exact with ${clients} clients that repeat themselves, copies that are timed out and killed, and batches that come twice`,
    async () => {
      const late = chance(6, 11);
      const killed = chance(8, 17);
      const repeated = chance(4, 23);
      const short = () => (late() ? 40 : undefined);
      const { http, worker, mapping } = await deployCounter({ timeFor: short, again: chance(4, 31) });
      let cutOff = 0;

      /** Sends a press until it is answered, and now and then once more. */
      const press = async (key: string) => {
        const event = requestEvent("POST", "/commands/counter/hot/Increment", {
          body: { by: 1 },
          headers: { "idempotency-key": key },
        });
        const answers: { readonly version: unknown; readonly token: string }[] = [];
        for (const wanted = repeated() ? 2 : 1; answers.length < wanted; ) {
          const asking = ask(http, event, short());
          if (killed()) http.killOne();
          const answer = await asking;
          if (answer?.status === 200)
            answers.push({ version: (answer.body as { version: number }).version, token: answer.token });
          else cutOff++;
        }
        expect(new Set(answers.map(({ version }) => version)).size).toBe(1);
        return answers[0]?.token ?? "";
      };
      const tokens = await Promise.all(
        Array.from({ length: clients }, async (_, client) => {
          const given: string[] = [];
          for (let time = 0; time < presses; time++) given.push(await press(`${client}-${time}`));
          return given.at(-1) ?? "";
        }),
      );

      const asked = requestEvent("GET", "/queries/total", {
        query: "id=hot",
        headers: { "consistency-token": tokens.slice(0, 50).join(", "), prefer: "wait=20" },
      });
      let total = await ask(http, asked);
      while (total?.status !== 200) total = await ask(http, asked);

      expect(total.body).toBe(clients * presses);
      expect(cutOff).toBeGreaterThan(0);
      console.log(
        `${clients * presses} commands, ${cutOff} invocations without an answer, ${http.cold} + ${worker.cold} cold copies, ` +
          `${mapping.delivered} batches`,
      );
    },
    slowMs,
  );
});
