/** The templates, changed over to Kinesis as docs/how-to/from-dynamodb-streams-to-kinesis.md says. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { smallest } from "../test/topologies.ts";
import { checkTemplates, type Resource, synthesize, type Template } from "./index.ts";

const page = new URL("../../../docs/how-to/from-dynamodb-streams-to-kinesis.md", import.meta.url);

/** The resources that the page shows: first that of the state, then that of the app. */
function shown(): readonly Record<string, Resource>[] {
  const blocks = [...readFileSync(page, "utf8").matchAll(/```json\n([\s\S]*?)```/g)];
  return blocks.map(([, text]) => JSON.parse(`{${text}}`));
}

function changedOver(): Readonly<Record<"counter-state" | "counter", Template>> {
  const stacks = structuredClone(synthesize(smallest).stacks) as ReturnType<typeof changedOver>;
  const [ofState, ofApp] = shown();
  Object.assign(stacks["counter-state"].Resources, ofState);
  Object.assign(stacks.counter.Resources, ofApp);
  const KinesisStreamSpecification = { StreamArn: { "Fn::GetAtt": ["Changes", "Arn"] } };
  Object.assign(stacks["counter-state"].Resources.LogTable?.Properties ?? {}, { KinesisStreamSpecification });
  return stacks;
}

it("maps the log's changes like the mapping that it takes the place of", () => {
  const { ChangesMapping, LogMapping } = changedOver().counter.Resources;

  const { EventSourceArn } = ChangesMapping?.Properties ?? {};
  expect(ChangesMapping?.Properties).toEqual({ ...LogMapping?.Properties, EventSourceArn });
  expect(JSON.stringify(EventSourceArn)).toContain("stream/counter-changes");
});

it("makes templates in which AWS's linter finds nothing", async ({ skip }) => {
  const lint = (await checkTemplates(changedOver())).find(({ checker }) => checker === "cfn-lint");
  if (lint?.absent) return skip(`no cfn-lint here: ${lint.absent}`);

  expect(lint).toEqual({ checker: "cfn-lint", findings: [] });
});
