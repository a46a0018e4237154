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
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
