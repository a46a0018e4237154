import { defineConfig } from "vitest/config";

/** Sources are tested as they are, without a build. */
const conditions = ["@foldstream/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,examples,benchmarks,tests}/**/*.test.ts"],
    globalSetup: ["./packages/postgres/test/shared-server.ts"],
    reporters: ["default", "./tests/skipped-reporter.ts"],
    // Only ends what hangs: on a busy machine, a test that starts processes takes ten times what it takes alone.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
