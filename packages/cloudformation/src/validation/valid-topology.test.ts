import { describe, expect, it } from "vitest";
import { established, relational, topologies } from "../../test/topologies.ts";
import { isTopologyError, synthesize, type Topology } from "../index.ts";

const name = "a";
const { database, page } = { ...relational, page: established.page };

/** Also what TypeScript would not let through: a topology may be JSON. */
const refused: readonly (readonly [what: string, topology: unknown, message: RegExp])[] = [
  ["no topology", undefined, /^topology: expected settings \(name, .*\), found nothing\./],
  ["no name", {}, /^name: expected 1 to 30 lower case letters, .*, found nothing\./],
  ["a name in capitals", { name: "Counter_1" }, /^name: expected 1 to 30 lower case letters, .*, found "Counter_1"\./],
  ["a long name", { name: "a".repeat(31) }, /^name: expected 1 to 30/],
  ["the name of another app's tables", { name: "a-state" }, /^name: expected another ending than -state/],
  ["a misspelt setting", { name, pages: {} }, /^topology: expected some of name, .*, found "pages"\./],
  [
    "an old runtime",
    { name, runtime: "nodejs20.x" },
    /^runtime: expected one of nodejs22\.x, nodejs24\.x, found "nodejs20/,
  ],
  ["days that CloudWatch does not know", { name, logDays: 31 }, /^logDays: expected one of 1, 3, 5/],
  ["a topic's name", { name, alarmTopicArn: "operators" }, /^alarmTopicArn: expected the ARN of an SNS topic/],

  ["an unknown function", { name, functions: { projector: {} } }, /^functions: expected some of http, .*"projector"/],
  [
    "a switch for settings",
    { name, functions: { audit: true } },
    /^functions\.audit: expected settings \(.*found true/,
  ],
  ["a misspelt memory", { name, functions: { http: { memory: 512 } } }, /^functions\.http: expected some of memoryMb/],
  [
    "little memory",
    { name, functions: { http: { memoryMb: 64 } } },
    /^functions\.http\.memoryMb: .* from 128 to 10240/,
  ],
  [
    "half a megabyte",
    { name, functions: { http: { memoryMb: 512.5 } } },
    /^functions\.http\.memoryMb: .* found 512\.5/,
  ],
  [
    "a long time",
    { name, functions: { audit: { timeoutSeconds: 901 } } },
    /^functions\.audit\.timeoutSeconds: .* to 900/,
  ],
  [
    "a short worker",
    { name, functions: { worker: { timeoutSeconds: 29 } } },
    /^functions\.worker\.timeoutSeconds: .* from 30/,
  ],
  [
    "a queue that SQS outruns",
    { name, functions: { queue: { reservedConcurrency: 1 } } },
    /^functions\.queue\.reservedConcurrency: .* from 2/,
  ],
  [
    "a number as a text",
    { name, functions: { http: { reservedConcurrency: "5" } } },
    /reservedConcurrency: .* found "5"/,
  ],

  [
    "Lambda's own variable",
    { name, functions: { http: { environment: { AWS_REGION: "x" } } } },
    /environment: expected none of the names .*"AWS_REGION"/,
  ],
  [
    "the templates' variable",
    { name, functions: { http: { environment: { FOLDSTREAM_TABLE_PREFIX: "x" } } } },
    /environment: expected none/,
  ],
  [
    "a variable with a hyphen",
    { name, functions: { http: { environment: { "A-B": "x" } } } },
    /environment: expected names of two letters/,
  ],
  [
    "a number as a variable",
    { name, functions: { http: { environment: { LIMIT: 5 } } } },
    /environment\.LIMIT: expected a text, found 5/,
  ],
  [
    "a large environment",
    { name, functions: { http: { environment: { LIMIT: "é".repeat(2_046) } } } },
    /environment: expected at most 4096 bytes .* found 4097/,
  ],

  [
    "an unknown queue",
    { name, functions: { queue: {} }, commandQueue: "FIFO" },
    /^commandQueue: expected one of standard, fifo, found "FIFO"/,
  ],
  [
    "a queue that nobody takes from",
    { name, commandQueue: "fifo" },
    /^functions\.queue: expected settings, since there is a commandQueue/,
  ],

  ["everything as the app's", { name, page: { apiPath: "/*" } }, /^page\.apiPath: expected a path such as "\/api\/\*"/],
  ["a path without a slash", { name, page: { apiPath: "api/*" } }, /^page\.apiPath: expected a path/],
  [
    "more than CloudFront waits",
    { name, page: {}, functions: { http: { timeoutSeconds: 121 } } },
    /^functions\.http\.timeoutSeconds: expected at most 120 behind CloudFront/,
  ],
  [
    "a certificate elsewhere",
    {
      name,
      page: {
        domain: { ...page?.domain, certificateArn: page?.domain?.certificateArn.replace("us-east-1", "eu-west-1") },
      },
    },
    /^page\.domain\.certificateArn: expected the ARN of a certificate in us-east-1/,
  ],
  [
    "an address as a domain",
    { name, page: { domain: { ...page?.domain, name: "https://example.org" } } },
    /^page\.domain\.name: expected a domain name/,
  ],

  [
    "a secret's name",
    { name, database: { ...database, secretArn: "reports" } },
    /^database\.secretArn: expected the ARN of a secret/,
  ],
  [
    "no connections",
    { name, database: { ...database, connections: 0 } },
    /^database\.connections: expected a whole number from 1/,
  ],
  [
    "more connections for a copy than there are",
    { name, database: { ...database, connectionsPerCopy: 21 } },
    /^database\.connectionsPerCopy: .* from 1 to 20/,
  ],
  ["no subnet", { name, database: { ...database, subnetIds: [] } }, /^database\.subnetIds: expected a list of 1 to 16/],
  [
    "a subnet's name",
    { name, database: { ...database, subnetIds: ["private"] } },
    /^database\.subnetIds: expected ids of subnets, found "private"/,
  ],
  [
    "six security groups",
    { name, database: { ...database, securityGroupIds: Array(6).fill("sg-1") } },
    /^database\.securityGroupIds: expected a list of 1 to 5/,
  ],
  [
    "too few connections for a queue",
    { name, functions: { queue: {} }, database: { ...database, connections: 8 } },
    /^database\.connections: 8 are enough for 4 copies of 2, .* too few for http, queue\./,
  ],
];

describe("a topology that cannot be deployed", () => {
  it.each(refused)("is refused for %s", (_, topology, message) => {
    let error: unknown;
    try {
      synthesize(topology as Topology);
    } catch (thrown) {
      error = thrown;
    }

    expect(isTopologyError(error)).toBe(true);
    expect(error).toMatchObject({ code: "invalid-topology", message: expect.stringMatching(message) });
    expect((error as Error).message).toMatch(/Nothing was written\.$/);
  });
});

describe("a topology that can be deployed", () => {
  it.each(Object.entries(topologies))("is taken: %s, also as JSON", (_, topology) => {
    expect(synthesize(JSON.parse(JSON.stringify(topology)))).toEqual(synthesize(topology));
  });

  it("may be at every limit at once", () => {
    const functions = {
      http: { memoryMb: 128, timeoutSeconds: 120, environment: { LIMIT: "x".repeat(4_091) } },
      worker: { timeoutSeconds: 30 },
      queue: { reservedConcurrency: 2 },
    };

    expect(() => synthesize({ name: "a".repeat(30), functions, page: { apiPath: "/a*" } })).not.toThrow();
  });
});
