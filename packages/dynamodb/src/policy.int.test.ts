import { describe, it, vi } from "vitest";
import { expectCheckedOut, runCheckout } from "../../../tests/engines/checkout.ts";
import { freshOptions, openEngine, slowEngineMs, useDynamoDb, withoutDynamoDb } from "../test/local-engine.ts";

vi.setConfig({ testTimeout: slowEngineMs });

describe.skipIf(withoutDynamoDb)(`a policy on a local engine${withoutDynamoDb ? ` (${withoutDynamoDb})` : ""}`, () => {
  useDynamoDb();

  it("G10 pays every order once and charges every cent once, with two workers that come and go", async () => {
    const options = freshOptions();
    const said: string[] = [];
    const say = (line: string) => said.push(line);

    await Promise.all(["a", "b"].map(async (name) => runCheckout(await openEngine(options), { name, count: 5, say })));

    await expectCheckedOut(await openEngine(options), said);
  });
});
