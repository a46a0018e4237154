/** One topology for each thing that may be chosen. */
import type { Topology } from "../src/index.ts";

export const smallest: Topology = { name: "counter" };

export const largest: Topology = {
  name: "shop",
  runtime: "nodejs22.x",
  functions: {
    http: { memoryMb: 1_769, environment: { SHOP: "one" } },
    queue: { reservedConcurrency: 10 },
    audit: {},
    sweep: {},
  },
  commandQueue: "fifo",
  page: {},
  logDays: 365,
};

export const relational: Topology = {
  name: "reports",
  database: {
    secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:reports-abcdef",
    connections: 20,
    connectionsPerCopy: 2,
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
  },
};

export const topologies = { smallest, largest, relational };
