import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { largest, relational, smallest, topologies } from "../test/topologies.ts";
import { type Resource, synthesize, type Topology } from "./index.ts";
import { standing } from "./watch/watched.ts";

function resourcesOf(topology: Topology): readonly (readonly [id: string, resource: Resource])[] {
  return Object.values(synthesize(topology).stacks).flatMap(({ Resources }) => Object.entries(Resources));
}

function named(topology: Topology, id: string): Resource {
  const [, found] = resourcesOf(topology).find(([name]) => name === id) ?? [];
  if (!found) throw new Error(`There is no ${id}.`);
  return found;
}

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

function statementsOf({ Properties }: Resource): readonly Statement[] {
  const policies = Properties.Policies as readonly { readonly PolicyDocument: { readonly Statement: Statement[] } }[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

describe.each(Object.entries(topologies))("the %s topology", (_, topology) => {
  it("keeps what holds data, whatever happens to its stack", () => {
    const [state] = Object.values(synthesize(topology).stacks);
    const policies = Object.values(state?.Resources ?? {}).map(({ DeletionPolicy, UpdateReplacePolicy }) => [
      DeletionPolicy,
      UpdateReplacePolicy,
    ]);

    expect(new Set(policies.flat())).toEqual(new Set(["Retain"]));
    for (const id of ["LogTable", "FeedTable", "ReadModelsTable"])
      expect(named(topology, id).Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      });
  });

  it("allows nothing on everything, unless it says why", () => {
    for (const [id, resource] of resourcesOf(topology).filter(([, { Type }]) => Type === "AWS::IAM::Role")) {
      const statements = statementsOf(resource);
      expect(statements.flatMap(({ Action }) => Action).filter((action) => action.endsWith("*"))).toEqual([]);
      if (!resource.Metadata?.Accepted.length)
        expect([id, statements.filter(({ Resource }) => Resource === "*")]).toEqual([id, []]);
    }
  });

  it("lets nobody delete from the log or its feed", () => {
    const allowed = resourcesOf(topology)
      .filter(([, { Type }]) => Type === "AWS::IAM::Role")
      .flatMap(([, role]) => statementsOf(role))
      .filter(({ Resource }) => /table\/\w+-(log|feed)"/.test(JSON.stringify(Resource)))
      .flatMap(({ Action }) => Action);

    expect(allowed).toContain("dynamodb:PutItem");
    expect(allowed.filter((action) => /Delete|Update|BatchWrite/.test(action))).toEqual([]);
  });

  it("keeps logs for as long as it says, in a group that each function may write to", () => {
    const functions = resourcesOf(topology).filter(([, { Type }]) => Type === "AWS::Lambda::Function");

    for (const [, { Properties }] of functions) {
      const { LogGroup } = Properties.LoggingConfig as { readonly LogGroup: { readonly Ref: string } };
      expect(named(topology, LogGroup.Ref).Properties.RetentionInDays).toBe(topology.logDays ?? 30);
    }
    expect(functions.length).toBeGreaterThanOrEqual(2);
  });

  it("watches every function, table and queue", () => {
    const watched = JSON.stringify(resourcesOf(topology).filter(([, { Type }]) => Type === "AWS::CloudWatch::Alarm"));
    const functions = resourcesOf(topology).filter(([, { Type }]) => Type === "AWS::Lambda::Function");

    for (const [id] of functions) expect(watched).toContain(`{"Ref":"${id}"}`);
    for (const table of ["log", "feed", "read-models"]) expect(watched).toContain(`"${topology.name}-${table}"`);
    for (const what of ["IteratorAge", "failed-wake-ups", "Parked", "LagSeconds", "Halted"])
      expect(watched).toContain(what);
  });

  it("hears of a worker that tells nothing any more", () => {
    const { Properties } = named(topology, "CopiesAreLate");

    expect(Properties).toMatchObject({ MetricName: "LagSeconds", TreatMissingData: "breaching" });
    expect(named(topology, "WorkerSchedule").Properties.ScheduleExpression).toBe("rate(1 minute)");
  });

  it("stays far below the 500 resources that a stack may have", () => {
    for (const { Resources } of Object.values(synthesize(topology).stacks))
      expect(Object.keys(Resources).length).toBeLessThan(100);
  });
});

it("looks in logs and metrics for what functions really write", () => {
  const sources = globSync("../../aws-lambda/src/**/*.ts", { cwd: import.meta.dirname, exclude: ["**/*.test.ts"] });
  const written = sources.map((file) => readFileSync(join(import.meta.dirname, file), "utf8")).join();
  const patterns = resourcesOf(largest)
    .filter(([, { Type }]) => Type === "AWS::Logs::MetricFilter")
    .map(([, { Properties }]) => Properties.FilterPattern as string);

  expect(patterns).toHaveLength(2);
  for (const pattern of patterns) expect(written).toContain(JSON.parse(pattern));
  for (const metric of Object.values(standing)) expect(written).toMatch(new RegExp(`readonly ${metric}: number`));
});

describe("connections to a database", () => {
  it("are never more than the budget, whatever Lambda starts", () => {
    const reserved = resourcesOf(relational)
      .filter(([, { Type }]) => Type === "AWS::Lambda::Function")
      .map(([, { Properties }]) => Properties.ReservedConcurrentExecutions as number);

    expect(reserved).toEqual([8, 2]);
  });

  it("are refused when they cannot fit", () => {
    const narrow = { ...relational, database: { ...relational.database, connections: 4 } } as Topology;

    expect(() => synthesize(narrow)).toThrow(
      "database.connections: 4 are enough for 2 copies of 2, and 2 are reserved by 1 functions, which leaves too few for http.",
    );
  });
});

it("makes the same templates each time, so that a difference is a change", () => {
  expect(JSON.stringify(synthesize(largest))).toBe(JSON.stringify(synthesize(structuredClone(largest))));
  expect(Object.keys(synthesize(smallest).stacks)).toEqual(["counter-state", "counter"]);
});
