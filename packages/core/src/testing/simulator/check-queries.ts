/** Whether no query was answered before its read model included what its tokens stand for (G6). */
import type { EventFeed } from "../../port/event-feed.ts";
import type { Question } from "./clients.ts";
import type { Violation } from "./violation.ts";

export async function checkQueries(questions: readonly Question[], feed: EventFeed): Promise<Violation[]> {
  return (await Promise.all(questions.map((question) => checkQuestion(question, feed)))).flat();
}

async function checkQuestion({ step, after, reads }: Question, feed: EventFeed): Promise<Violation[]> {
  const tokens = after.map(({ token }) => token);
  const located = await Promise.all(tokens.map((token) => feed.locate(token).catch(() => undefined)));
  const worthless = tokens.filter((_, index) => !located[index]);
  if (worthless.length > 0)
    return [{ guarantee: "G6", message: `commands were answered with tokens that mean nothing: ${worthless.join()}` }];
  const points = located.flatMap((found) => found ?? []);
  return reads.flatMap((read) =>
    points.flatMap(({ partition, position }): Violation[] => {
      const reached = read.reached.get(partition) ?? 0;
      if (reached >= position) return [];
      const message = `${step.name} after ${partition}:${position} was answered by ${step.projection} at ${partition}:${reached}`;
      return [{ guarantee: "G6", message }];
    }),
  );
}
