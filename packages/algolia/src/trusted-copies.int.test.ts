import { documentsBehind } from "../../../tests/targets/behind-its-back.ts";
import { describeTrustedCopies } from "../../../tests/targets/trusted-copies.ts";
import { openTarget, startDouble } from "../test/open-target.ts";
import { orderOf } from "./read-model/key-order.ts";

describeTrustedCopies({
  name: "Algolia",
  keeps: { words: true, nulls: false },
  async open() {
    const double = await startDouble();
    const indexOf = (readModel: string) => double.index(`foldstream-${readModel}_v1`);
    const behind = documentsBehind({
      read: (readModel, key) => indexOf(readModel).get(key) ?? {},
      write(readModel, objectID, document) {
        const action = document ? "partialUpdateObject" : "deleteObject";
        indexOf(readModel).apply({ action, body: { ...document, order: orderOf(objectID), objectID } });
      },
    });
    return { target: openTarget(double), behind };
  },
});
