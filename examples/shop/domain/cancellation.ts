/** Lines of earlier orders taken back: one stream per credit note. The source does not say which orders they belong to. */
import { aggregate, reject } from "foldstream";
import { invoice } from "./line.ts";

export const cancellation = aggregate("cancellation", {
  initialState: { recorded: false },
  commands: { CancelLines: invoice },
  events: { LinesCancelled: invoice },
  decide: {
    CancelLines: (data, { recorded }, { id }) =>
      recorded ? reject("already-cancelled", `Cancellation ${id} has been recorded before.`) : { LinesCancelled: data },
  },
  evolve: { LinesCancelled: () => ({ recorded: true }) },
});
