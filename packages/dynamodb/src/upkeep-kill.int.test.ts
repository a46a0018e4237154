import { describe, it, vi } from "vitest";
import { seededRandom } from "../../../tests/engines/random.ts";
import { spawnWriter } from "../../../tests/engines/spawn-writer.ts";
import { expectKept, slow } from "../../../tests/engines/upkeep.ts";
import { upset } from "../../../tests/engines/upset-workers.ts";
import {
  dynamoDb,
  freshOptions,
  openEngine,
  slowEngineMs,
  useDynamoDb,
  withoutDynamoDb,
} from "../test/local-engine.ts";

vi.setConfig({ testTimeout: slowEngineMs });

const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));
const random = seededRandom(seed);
const upkeepProcess = new URL("../test/upkeep-process.ts", import.meta.url);

describe.skipIf(withoutDynamoDb)(
  "G5 G7 G10 processes that rebuild, redrive and deliver timers, frozen and killed",
  () => {
    useDynamoDb();

    it(`leave read models that are exact (FOLDSTREAM_SEED=${seed})`, async () => {
      const options = freshOptions();
      const engine = await openEngine(options);

      const workers = ["a", "b"].map((name) =>
        spawnWriter(
          upkeepProcess,
          [dynamoDb().endpoint, options.tablePrefix, name, Math.floor(random() * 1e9)],
          "did rebuilt",
        ),
      );
      const said = await upset(workers, { random, workMs: 3_000, frozenMs: 6_000 });

      await expectKept(engine, said, slow);
    });
  },
);
