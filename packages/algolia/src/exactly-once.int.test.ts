import { it } from "vitest";
import { seededRandom } from "../../../tests/engines/random.ts";
import { expectCountedExactly } from "../../../tests/targets/counting-workers.ts";
import { openTarget, startDouble } from "../test/open-target.ts";

const seed = Number(process.env.FOLDSTREAM_SEED ?? Math.floor(Math.random() * 1e9));

it(`G4 G6 counts exactly through two workers on a service that fails all the time (FOLDSTREAM_SEED=${seed})`, async () => {
  const random = seededRandom(seed);
  const double = await startDouble();
  const pick = () => (random() < 0.5 ? ({ status: 503 } as const) : ("lose the answer" as const));
  let failing = false;
  double.faults.request = () => (failing && random() < 0.1 ? pick() : undefined);
  double.faults.looks = () => Math.floor(random() * 4);

  await expectCountedExactly(
    () => openTarget(double),
    (begun) => {
      failing = begun;
    },
  );
});
