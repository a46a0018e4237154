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

/** What has a domain and a topic of its own already. */
export const established: Topology = {
  name: "established",
  page: {
    apiPath: "/v1/*",
    domain: {
      name: "counter.example.org",
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    },
  },
  alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:operators",
};

export const topologies = { smallest, largest, relational, established };
