import { defineConfig } from "vitest/config";

const conditions = ["@foldstream/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{packages,examples,benchmarks,tests}/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
