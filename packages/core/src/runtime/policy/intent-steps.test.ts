import { describe, expect, it } from "vitest";
import { memoryReadModels } from "../../memory/index.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { IntentSteps } from "./intent-steps.ts";
import { changeSame, intentRow, intentTable, put, timerKey } from "./intent-table.ts";

const suspend = () => undefined;
const model: ReadModel = { name: "policy_p", version: 1, kind: "table", ...intentTable };

function row(commandId: string) {
  const traced = { commandId, chain: 1, causationId: "c", correlationId: "c" };
  const command = { aggregate: "a", id: "1", command: "Do", data: {} };
  return intentRow(timerKey("t"), "command/a-1", "a.Do", { kind: "command", ...traced, ...command });
}

async function held(epoch: number) {
  const target = memoryReadModels();
  await target.leases.replace(model, undefined, { epoch, holder: "me", beat: 1 });
  return { target, steps: new IntentSteps(target, model, "command") };
}

describe("steps of a deliverer", () => {
  it("write nothing once the lease has moved on", async () => {
    const { steps } = await held(2);

    await expect(steps.apply({ epoch: 1, suspend }, [put(row("c1"))])).rejects.toMatchObject({ code: "lease-lost" });
    expect(await steps.load([timerKey("t")])).toEqual(new Map());
    expect(await steps.apply({ epoch: 2, suspend }, [put(row("c1"))])).toBe(1);
  });

  it("go on where another process under the same lease has got to", async () => {
    const { target, steps } = await held(1);
    const other = new IntentSteps(target, model, "command");

    for (const one of [steps, other, steps]) expect(await one.apply({ epoch: 1, suspend }, [put(row("c1"))])).toBe(1);
  });

  it("leave a timer alone that was set anew while its command was under way", async () => {
    const { steps } = await held(1);
    await steps.apply({ epoch: 1, suspend }, [put(row("set again"))]);

    expect(await steps.apply({ epoch: 1, suspend }, [changeSame(row("set first"), null)])).toBe(0);
    expect(await steps.apply({ epoch: 1, suspend }, [changeSame(row("set again"), null)])).toBe(1);
    expect(await steps.load([timerKey("t")])).toEqual(new Map());
  });
});
