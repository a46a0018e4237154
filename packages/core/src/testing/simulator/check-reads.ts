/** Whether queries were answered from builds that serve, with what the log gives up to where each was (G7). */
import type { App } from "../../definition/app.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { BuildRead, Question } from "./clients.ts";
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
}

export function checkReads({ app, log, questions }: ReadTruth): Violation[] {
  const reference = new Reference(app, log);
  const reads = questions.flatMap(({ step, reads: own }) => own.map((read) => ({ ...read, query: step.name })));
  const byBuild = [...Map.groupBy(reads, ({ history }) => history)];
  return byBuild.flatMap(([{ model }, ofBuild]) => {
    const projection = app.projections.find(({ name }) => name === model.name) as AnyProjection;
    return checkBuild(new Refold(projection, log, reference), ofBuild);
  });
}

function checkBuild(refold: Refold, reads: readonly NamedRead[]): Violation[] {
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
      return wanted === found ? [] : [violation(read, `${found || "nothing"} instead of ${wanted || "nothing"}`)];
    });
}

function violation({ query, history }: NamedRead, what: string): Violation {
  return { guarantee: "G7", message: `${query} read in ${history.model.name} ${what}` };
}
