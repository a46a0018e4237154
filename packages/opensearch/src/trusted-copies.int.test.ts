import { documentsBehind } from "../../../tests/targets/behind-its-back.ts";
import { describeTrustedCopies } from "../../../tests/targets/trusted-copies.ts";
import { openTarget, startDouble } from "../test/open-target.ts";

describeTrustedCopies({
  name: "OpenSearch",
  keeps: { words: true, nulls: true },
  async open() {
    const double = await startDouble();
    const indexOf = (readModel: string) => double.index(`foldstream-${readModel}_v1.rows`);
    const behind = documentsBehind({
      read: (readModel, key) => (indexOf(readModel).get(key) as { readonly _source: object })._source,
      write(readModel, _id, document) {
        indexOf(readModel).write({ kind: document ? "index" : "delete", _id }, document ?? {});
      },
    });
    return { target: openTarget(double), behind };
  },
});
