/** The templates, changed over to Kinesis as docs/how-to/from-dynamodb-streams-to-kinesis.md says. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { smallest } from "../test/topologies.ts";
import { type Resource, synthesize } from "./index.ts";

const page = new URL("../../../docs/how-to/from-dynamodb-streams-to-kinesis.md", import.meta.url);
const whyNot = spawnSync("cfn-lint", ["--version"]).status === 0 ? undefined : "no cfn-lint here: pip install cfn-lint";

type Resources = Record<string, Resource>;

/** The resources that the page shows: first that of the state, then that of the app. */
function shown(): readonly Resources[] {
  const blocks = [...readFileSync(page, "utf8").matchAll(/```json\n([\s\S]*?)```/g)];
  return blocks.map(([, text]) => JSON.parse(`{${text}}`) as Resources);
}

it("makes templates in which AWS's linter finds nothing, with a mapping like the one that it takes the place of", ({
  skip,
}) => {
  if (whyNot) skip(whyNot);
  const [ofState = {}, ofApp = {}] = shown();
  const { "counter-state": state, counter } = structuredClone(synthesize(smallest).stacks);
  const resources = [state?.Resources, counter?.Resources] as readonly [Resources, Resources];
  Object.assign(resources[0], ofState);
  Object.assign(resources[1], ofApp);
  const changes = { StreamArn: { "Fn::GetAtt": ["Changes", "Arn"] } };
  Object.assign(resources[0].LogTable?.Properties ?? {}, { KinesisStreamSpecification: changes });

  const { EventSourceArn: _, ...mapped } = resources[1].ChangesMapping?.Properties ?? {};
  const { EventSourceArn: __, ...before } = resources[1].LogMapping?.Properties ?? {};
  expect(mapped).toEqual(before);
  expect(lint({ state, counter })).toBe("");
});

function lint(templates: object): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-templates-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = Object.entries(templates).map(([name, template]) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(template));
    return file;
  });
  const { stdout, stderr } = spawnSync("cfn-lint", ["--regions", "eu-central-1", "--", ...files], { encoding: "utf8" });
  return stdout + stderr;
}
