import { expect, it } from "vitest";
import * as z from "zod";
import { PolicyWorld } from "../../../test/policy-world.ts";
import { aggregate, app, policy, send } from "../../index.ts";

const step = aggregate("step", {
  initialState: null,
  events: { Taken: z.object({ from: z.string() }) },
  commands: { Take: z.object({ from: z.string() }) },
  decide: { Take: ({ from }) => ({ Taken: { from } }) },
  evolve: { Taken: (state) => state },
});

/** Has each step of a walker noted, and fails on those of the walker "bad" for as long as it is told to. */
function noting(poison: { isThere: boolean }) {
  const notes = aggregate("note", {
    initialState: null,
    events: { Written: z.object({ text: z.string() }) },
    commands: { Write: z.object({ text: z.string() }) },
    decide: { Write: ({ text }) => ({ Written: { text } }) },
    evolve: { Written: (state) => state },
  });
  const noteTaker = policy("noting", {
    from: [step],
    on: {
      "step.Taken": ({ stream, version }) => {
        if (stream.id === "bad" && version > 1 && poison.isThere) throw new TypeError("no words for it");
        return send(notes, "all", "Write", { text: `${stream.id}@${version}` });
      },
    },
  });
  return app({ aggregates: [step, notes], policies: [noteTaker] });
}

async function poisonedWorld() {
  const poison = { isThere: true };
  const world = new PolicyWorld(noting(poison));
  const settings = { parking: { retries: 1, share: 1, atLeast: 10, atMost: 10 } };
  const process = await world.start({ settings });
  for (const id of ["bad", "good", "bad", "good", "bad"]) {
    void process.runtime.dispatch({ aggregate: "step", id, command: "Take", data: { from: id } });
    await world.time.advance(1_000);
  }
  const notes = async () => {
    const { events } = await process.runtime.readStream("note", "all");
    return events.map(({ data }) => (data as { text: string }).text);
  };
  return { poison, world, process, notes };
}

const redriving = { policy: "noting" } as const;

it("G5 parks a stream whose event its handler fails on, and goes on with the others", async () => {
  const { process, notes } = await poisonedWorld();

  expect(await notes()).toEqual(["bad@1", "good@1", "good@2"]);
  const { policies } = await process.runtime.status();
  expect(policies).toMatchObject([{ health: "idle", parkedStreams: 1, parked: 0, waiting: 0 }]);
  const parked = [];
  for await (const entry of process.runtime.parked(redriving)) parked.push(entry);
  const error = { name: "TypeError", message: "no words for it" };
  expect(parked).toMatchObject([
    { policy: "noting", projection: "policy_noting", stream: "step-bad", version: 2, waiting: 2, attempts: 2, error },
  ]);
  await expect(process.runtime.redrive({ policy: "nothing" })).rejects.toThrow('Did you mean "noting"?');
});

it("G5 redrives what a policy has parked, in order and once, from another process", async () => {
  const { world, poison, process, notes } = await poisonedWorld();
  const operator = world.process().runtime;
  const redrive = async () => {
    const work = operator.redrive(redriving);
    await world.time.advance(120_000);
    return work;
  };
  expect(await redrive()).toMatchObject([{ policy: "noting", stream: "step-bad", failed: { version: 2 } }]);

  poison.isThere = false;
  const redriven = await redrive();
  expect(await redrive()).toEqual([]);

  expect(redriven).toEqual([
    { policy: "noting", projection: "policy_noting", build: 0, stream: "step-bad", events: 2 },
  ]);
  expect(await notes()).toEqual(["bad@1", "good@1", "good@2", "bad@2", "bad@3"]);
  expect((await process.runtime.status()).policies).toMatchObject([{ parkedStreams: 0, waiting: 0, health: "idle" }]);
});
