import { createConfig, lintFromString } from "@redocly/openapi-core";
import { type App, aggregate, app, query } from "foldstream";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { counters, runtimeOf } from "../../test/counters.ts";
import { type HttpOptions, httpHandler } from "../index.ts";

const license = { name: "Apache-2.0", identifier: "Apache-2.0" };

async function documentOf(served: App, options: HttpOptions = {}): Promise<string> {
  const handle = httpHandler(runtimeOf(served), { openapi: { license }, ...options });
  const response = await handle(new Request(`http://test${options.basePath ?? ""}/openapi.json`));
  return response.text();
}

/** Findings of Redocly's strictest public rule set. */
async function lint(document: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ["recommended-strict"] });
  const found = await lintFromString({ source: document, absoluteRef: "/openapi.json", config });
  return found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
}

interface Node {
  readonly name: string;
  readonly children: readonly Node[];
}
const node: z.ZodType<Node> = z.object({ name: z.string(), children: z.array(z.lazy(() => node)) });
const money = z.object({ cents: z.int() }).meta({ id: "Money" });

/** Schemas that are hard to put into one document: recursive, shared, without JSON Schema. */
const awkward = app({
  name: "awkward",
  aggregates: [
    aggregate("tree", {
      initialState: {},
      events: { Planted: node, Sold: z.object({ price: money, tip: money }) },
      commands: { Plant: node, Sell: z.object({ price: money, at: z.date() }), Prune: z.union([money, z.object({})]) },
      decide: { Plant: () => [], Sell: () => [], Prune: () => [] },
      evolve: { Planted: (state) => state, Sold: (state) => state },
    }),
  ],
  queries: [
    query("trees", { input: node, output: z.array(node), from: [], run: async () => [] }),
    query("sold", { input: z.date(), from: [], run: async () => null }),
    query("cheap", {
      input: z.object({ below: money, tags: z.array(z.string()).default([]) }),
      from: [],
      run: async () => null,
    }),
  ],
});

describe("the OpenAPI document", () => {
  it.each([
    ["an app", counters, {}],
    ["schemas that are hard to describe", awkward, {}],
    [
      "authentication, metrics and a base path",
      counters,
      { basePath: "/api", metrics: async () => ({ contentType: "", body: "" }), authenticate: () => ({ id: "ann" }) },
    ],
    ["no JSON Schema at all", counters, { toJsonSchema: () => ({}) }],
  ] as const)("passes a public linter with %s", async (_, served, options) => {
    expect(await lint(await documentOf(served, options))).toEqual([]);
  });

  it("is not passed by that linter when a reference leads nowhere", async () => {
    const document = await documentOf(counters);

    expect(await lint(document.replace('"#/components/schemas/Accepted"', '"#/components/schemas/Gone"'))).not.toEqual(
      [],
    );
  });

  it("describes input with the schemas of the app", async () => {
    const { paths, components } = JSON.parse(await documentOf(counters));

    expect(paths["/commands/counter/{id}/Increment"].post.requestBody.content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/commands.counter.Increment",
    });
    expect(components.schemas["commands.counter.Increment"]).toMatchObject({
      properties: { by: { type: "integer", minimum: 1, default: 1 } },
    });
    expect(paths["/queries/total"].get.parameters).toContainEqual({
      name: "id",
      in: "query",
      required: true,
      schema: { type: "string" },
    });
    expect(components.schemas["queries.total.output"]).toMatchObject({ properties: { value: { type: "integer" } } });
  });

  it("keeps references within a schema where they point", async () => {
    const { components } = JSON.parse(await documentOf(awkward));

    expect(JSON.stringify(components.schemas["commands.tree.Plant"])).toContain(
      '"$ref":"#/components/schemas/commands.tree.Plant',
    );
    expect(components.schemas["queries.sold.input"]).toEqual({ description: expect.stringContaining("toJsonSchema") });
  });

  it("is the same bytes every time, so clients may keep it", async () => {
    const handle = httpHandler(runtimeOf(counters));
    const ask = (headers = {}) => handle(new Request("http://test/openapi.json", { headers }));
    const etag = (await ask()).headers.get("etag") ?? "";

    expect((await ask({ "if-none-match": etag })).status).toBe(304);
  });
});
