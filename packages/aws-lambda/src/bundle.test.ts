import { expect, it } from "vitest";
import { bundle } from "../test/bundle.ts";

/** Kilobytes that a cold start has to read: all but the SDK, schemas by zod/mini included. */
const most = { commands: 120, http: 300 };

it.each(Object.entries(most))("the bundle %s stays below %i KB", async (entry, limit) => {
  const { code, parts } = await bundle(entry);

  const kilobytes = code.length / 1_000;
  console.log(`${entry}: ${kilobytes.toFixed(1)} KB minified`, Object.fromEntries(parts.slice(0, 8)));
  expect(kilobytes).toBeLessThan(limit);
});
