import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Sources are tested as they are, without a build. */
const conditions = ["@foldstream/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,examples,benchmarks,tests}/**/*.test.ts"],
    // Most tests wait for servers, disks and leases: with one file for each core, two fifths of the processors have nothing to do.
    maxWorkers: 2 * availableParallelism(),
    globalSetup: ["./packages/postgres/test/shared-server.ts"],
    reporters: ["default", "./tests/skipped-reporter.ts"],
    // Only ends what hangs: on a busy machine, a test that starts processes takes ten times what it takes alone.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
