import { expect, it } from "vitest";
import { t } from "../../definition/column.ts";
import { memoryReadModels } from "../../memory/index.ts";
import type { ReadModel } from "../../port/index.ts";
import { findRows } from "./fold.ts";

const model: ReadModel = {
  name: "sums",
  version: 1,
  kind: "table",
  columns: { id: t.key() },
  indexes: [],
  search: [],
};

it("G4 takes no row that cannot be read for none", async () => {
  const found = { includes: 0, revision: "1", problem: "text that is not JSON." };
  const target = { ...memoryReadModels(), loadDocuments: async () => new Map([["a", found]]) };

  await expect(findRows(target, model, "0")(["a"])).rejects.toMatchObject({
    code: "store-failure",
    message: expect.stringMatching(/"a".*"sums".*not JSON.*verify --repair/),
  });
});
