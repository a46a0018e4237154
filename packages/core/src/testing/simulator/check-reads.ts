/** Whether queries were answered from builds that serve, with what the log gives up to where each was (G7), and nothing asked for parked (G6). */
import type { App } from "../../definition/app.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { BuildRead, Question, Told } from "./clients.ts";
import { Reference } from "./reference.ts";
import { Refold, rowText } from "./refold.ts";
import type { Violation } from "./violation.ts";

export interface ReadTruth {
  readonly app: App;
  readonly log: MemoryLog;
  readonly questions: readonly Question[];
}

interface NamedRead extends BuildRead {
  readonly query: string;
  readonly after: readonly Told[];
}

/** Where the events of each command are. */
type Places = ReadonlyMap<string, readonly { readonly stream: string; readonly position: number }[]>;

export function checkReads({ app, log, questions }: ReadTruth): Violation[] {
  const reference = new Reference(app, log);
  const places = placesIn(log);
  const reads = questions.flatMap(({ step, after, reads: own }) =>
    own.map((read) => ({ ...read, query: step.name, after })),
  );
  const byBuild = [...Map.groupBy(reads, ({ history }) => history)];
  return byBuild.flatMap(([{ model }, ofBuild]) => {
    const projection = app.projections.find(({ name }) => name === model.name) as AnyProjection;
    return checkBuild(new Refold(projection, log, reference), ofBuild, places);
  });
}

function checkBuild(refold: Refold, reads: readonly NamedRead[], places: Places): Violation[] {
  let moment = 0;
  return reads
    .toSorted((one, other) => one.moment - other.moment)
    .flatMap((read): Violation[] => {
      for (; moment < read.moment; moment++)
        refold.take(read.history.happened[moment] as BuildRead["history"]["happened"][number]);
      const { model } = read.history;
      const wanted = [...refold.rows.values()].sort().join();
      const found = read.rows
        .map((row) => rowText(model, row))
        .sort()
        .join();
      if (!read.served) return [violation(read, "a build that has not caught up")];
      if (wanted !== found) return [violation(read, `${found || "nothing"} instead of ${wanted || "nothing"}`)];
      return parkedAsked(refold, read, places);
    });
}

/** What was asked for and answered without. */
function parkedAsked(refold: Refold, { query, after, history }: NamedRead, places: Places): Violation[] {
  return after.flatMap(({ commandId }) =>
    (places.get(commandId) ?? []).flatMap(({ stream, position }): Violation[] => {
      if (position < (refold.parkedFrom(stream) ?? Number.POSITIVE_INFINITY)) return [];
      const message = `${query} after ${commandId} was answered by ${history.model.name}, which parks ${stream} from before it`;
      return [{ guarantee: "G6", message }];
    }),
  );
}

function placesIn({ partitions }: MemoryLog): Places {
  const events = [...partitions.values()].flatMap((stored) =>
    stored.map(({ stream, metadata }, index) => ({ stream, position: index + 1, commandId: metadata.commandId })),
  );
  return Map.groupBy(events, ({ commandId }) => commandId);
}

function violation({ query, history }: NamedRead, what: string): Violation {
  return { guarantee: "G7", message: `${query} read in ${history.model.name} ${what}` };
}
