import { whyNoDynamoDb } from "@foldstream/dynamodb-local";
import { runtimeClient } from "@foldstream/lambda-local";
import { describe, expect, it } from "vitest";
import { faultKinds } from "./faults.ts";
import { runHarness } from "./run.ts";

const without = whyNoDynamoDb();
const client = runtimeClient();
const slowMs = 1_200_000;

describe.skipIf(without)(`the counter on Lambda${without ? ` (${without})` : ""}, by ${client.name}`, () => {
  it(
    "G2 G4 G6 G10 is exact with 50 clients and a queue, under duplicates, time-outs, killed and frozen copies, throttles, lost records and lost answers",
    async () => {
      const faults = new Set(faultKinds);

      const report = await runHarness({ app: "counter", clients: 50, faults, seconds: 5, seed: 11, client });

      expect(report.problems).toEqual([]);
      expect(report.accepted.http).toBeGreaterThanOrEqual(50);
      expect(report.accepted.queue).toBeGreaterThan(0);
      expect(report.unanswered).toBeGreaterThan(0);
      expect(report.cutOffInvocations).toBeGreaterThan(0);
      const { accepted, ordered, coldCopies, cutOffInvocations, throttledInvocations, batches } = report;
      console.log({ accepted, ordered, coldCopies, cutOffInvocations, throttledInvocations, batches });
    },
    slowMs,
  );
});
