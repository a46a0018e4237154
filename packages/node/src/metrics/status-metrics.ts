/** Gauges of how projections and policies do, read from the status whenever they are asked for. */
import type { PolicyStatus, ProjectionStatus, Runtime, RuntimeStatus } from "foldstream";
import type { Registry } from "prom-client";
import { register, type Sample } from "./metric.ts";

type Consumer = ProjectionStatus | PolicyStatus;
type Partition = Consumer["partitions"][number];

export function registerStatus(registry: Registry, runtime: Pick<Runtime, "status">): void {
  const read = sharedStatus(runtime);
  const gauge = (name: string, help: string, samples: (status: RuntimeStatus) => readonly Sample[]) =>
    register(registry, { name, help, type: "gauge", samples: async () => samples(await read()) });
  for (const kind of ["projection", "policy"] as const) {
    const consumers = (status: RuntimeStatus): readonly Consumer[] =>
      kind === "projection" ? status.projections : status.policies;
    for (const { name, help, value } of ofPartitions)
      gauge(`foldstream_${kind}_${name}`, help, (status) => byPartition(kind, consumers(status), value));
    gauge(`foldstream_${kind}_health`, healthHelp, (status) =>
      consumers(status).map(({ name, health }) => ({ labels: { [kind]: name, health }, value: 1 })),
    );
  }
  gauge("foldstream_projection_parked_streams", "Streams whose events wait for a redrive.", ({ projections }) =>
    projections.map(({ name, parked }) => ({ labels: { projection: name }, value: parked })),
  );
  gauge("foldstream_policy_parked_streams", "Streams whose events wait for a redrive.", ({ policies }) =>
    policies.map(({ name, parkedStreams }) => ({ labels: { policy: name }, value: parkedStreams })),
  );
  gauge("foldstream_projection_audit_ok", "1 when the last audit found the read model as the log says.", (status) =>
    ofAudits(status, ({ ok }) => (ok ? 1 : 0)),
  );
  gauge("foldstream_projection_audit_timestamp_seconds", "When the last audit ended.", (status) =>
    ofAudits(status, ({ at }) => at / 1_000),
  );
  gauge("foldstream_policy_intents", "Commands and effects that are due, failing or parked, and timers.", (status) =>
    status.policies.flatMap(intentsOf),
  );
}

const healthHelp = "1 for how it does: idle, working, failing, stalled or halted.";

const ofPartitions = [
  {
    name: "position",
    help: "Position up to which the partition was taken in.",
    value: ({ position }: Partition) => position,
  },
  { name: "lag_events", help: "Upper bound of the events still to come.", value: ({ lag }: Partition) => lag },
  {
    name: "lag_seconds",
    help: "Age of the oldest event still to come.",
    value: ({ lagMs }: Partition) => lagMs / 1_000,
  },
] as const;

/** One status for all gauges of a scrape: they are read at the same time. */
function sharedStatus(runtime: Pick<Runtime, "status">): () => Promise<RuntimeStatus> {
  let reading: Promise<RuntimeStatus> | undefined;
  return () => {
    reading ??= runtime.status().finally(() => (reading = undefined));
    return reading;
  };
}

function byPartition(
  kind: "projection" | "policy",
  consumers: readonly Consumer[],
  value: (partition: Partition) => number,
): readonly Sample[] {
  return consumers.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({
      labels: { [kind]: name, partition: partition.partition },
      value: value(partition),
    })),
  );
}

function ofAudits(
  { projections }: RuntimeStatus,
  value: (audit: NonNullable<ProjectionStatus["lastAudit"]>) => number,
): readonly Sample[] {
  return projections.flatMap(({ name, lastAudit }) =>
    lastAudit ? [{ labels: { projection: name }, value: value(lastAudit) }] : [],
  );
}

function intentsOf({ name, waiting, failing, parked, timers }: PolicyStatus): readonly Sample[] {
  return Object.entries({ waiting, failing, parked, timers }).map(([state, value]) => ({
    labels: { policy: name, state },
    value,
  }));
}
