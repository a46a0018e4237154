/** Documented quotas of AWS, as an account has them before it asks for more, and what the busiest second needs of each. */
import type { Topology } from "@foldstream/cloudformation";
import { type Situation, situationOf } from "../bill/situation.ts";
import { deployedChoice } from "../bill/usage.ts";
import { chunkBytes } from "../engine/payload-bytes.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";
import { bytesPerShard, recordsAt, recordsPerShard } from "../traffic/kinesis.ts";
import { appendOf } from "../traffic/shapes.ts";
import { demandsOf } from "./demands.ts";

export interface Quota {
  readonly name: string;
  readonly limit: number;
  readonly unit: string;
  /** Whether AWS raises it on request. */
  readonly adjustable: boolean;
  readonly source: string;
  /** Of the busiest second of the profile. */
  readonly demand: number;
  /** Commands a second, in all, at which it is met when everything grows alike. Absent for sizes, which do not grow with the traffic. */
  readonly metAt?: number;
  /** What must be used for it to matter. Absent: it does as the app is deployed. */
  readonly onlyWith?: "Kinesis";
}

const dynamoDbQuotas = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html";
const partitionKeys = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html";
const itemLimits = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html";
const lambdaQuotas = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const lambdaScaling = "https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html";
const sqsQuotas = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html";
const kinesisQuotas = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html";

/** The first to be met comes first. @throws TopologyError when the topology cannot be deployed. */
export function quotasOf(profile: TrafficProfile, topology: Topology): readonly Quota[] {
  const situation = situationOf(profile, topology, deployedChoice);
  const { commands } = situation.peak;
  const rates = ofRates(situation).filter(({ demand }) => demand > 0);
  const met = rates.map((quota) => ({
    ...quota,
    ...(commands > 0 && { metAt: (commands * quota.limit) / quota.demand }),
  }));
  return [...met, ...ofSizes(situation)].sort((a, b) => place(a) - place(b));
}

/** What does not matter as deployed comes last. */
function place({ metAt = Number.MAX_VALUE, onlyWith }: Quota): number {
  return onlyWith ? Number.POSITIVE_INFINITY : metAt;
}

function ofRates(situation: Situation): readonly Omit<Quota, "metAt">[] {
  const { peak, deployed, profile } = situation;
  const demands = demandsOf(situation);
  const key = { limit: 1_000, unit: "write units/s", adjustable: false, source: partitionKeys };
  const table = { limit: 40_000, adjustable: true, source: dynamoDbQuotas };
  const records = recordsAt(profile, peak);
  const shard = { adjustable: false, source: kinesisQuotas, onlyWith: "Kinesis" } as const;
  const fifo = deployed.commandQueue === "fifo" && profile.commands.by === "queue";
  return [
    { name: "writes of one key: the busiest stream", ...key, demand: demands.hottestStream },
    { name: "writes of one key: a partition of the feed", ...key, demand: demands.feedPartition },
    { name: "writes of one key: rows of a projection, evenly spread", ...key, demand: demands.rowsOfProjection },
    { name: "writes of one key: a projection's checkpoints", ...key, demand: demands.checkpoints },
    { name: "writes of the log's table", ...table, unit: "write units/s", demand: demands.tables.log.writes },
    { name: "writes of the feed's table", ...table, unit: "write units/s", demand: demands.tables.feed.writes },
    {
      name: "writes of the read models' table",
      ...table,
      unit: "write units/s",
      demand: demands.tables.readModels.writes,
    },
    { name: "reads of the log's table", ...table, unit: "read units/s", demand: demands.tables.log.reads },
    { name: "reads of the feed's table", ...table, unit: "read units/s", demand: demands.tables.feed.reads },
    {
      name: "reads of the read models' table",
      ...table,
      unit: "read units/s",
      demand: demands.tables.readModels.reads,
    },
    {
      name: "copies of Lambda functions",
      limit: 1_000,
      unit: "at a time",
      adjustable: true,
      source: lambdaQuotas,
      demand: peak.busy.http + peak.busy.queue + peak.busy.worker,
    },
    {
      name: "more requests of one function within 10 seconds",
      limit: 10_000,
      unit: "requests/s",
      adjustable: false,
      source: lambdaScaling,
      demand: peak.queries + (profile.commands.by === "http" ? peak.commands : 0),
    },
    {
      name: "messages sent to a FIFO queue, one by one",
      limit: 300,
      unit: "messages/s",
      adjustable: false,
      source: sqsQuotas,
      demand: fifo ? peak.commands : 0,
    },
    { ...shard, name: "records of one shard", limit: recordsPerShard, unit: "records/s", demand: records.perSecond },
    {
      ...shard,
      name: "bytes of one shard",
      limit: bytesPerShard,
      unit: "bytes/s",
      demand: records.perSecond * records.bytes,
    },
  ];
}

function ofSizes({ profile }: Situation): readonly Quota[] {
  return [
    {
      name: "size of an item: one append",
      limit: 400 * 1_024,
      unit: "bytes",
      adjustable: false,
      source: itemLimits,
      demand: chunkBytes(appendOf(profile), profile.events),
    },
  ];
}
