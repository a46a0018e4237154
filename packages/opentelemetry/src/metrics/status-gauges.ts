/** Gauges of how projections and policies do, wherever they run. */
import type { Attributes, BatchObservableCallback, Meter } from "@opentelemetry/api";
import type { PolicyStatus, ProjectionStatus, Runtime, RuntimeStatus } from "foldstream";

interface Value {
  readonly value: number;
  readonly attributes: Attributes;
}

interface Gauge {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly values: (status: RuntimeStatus) => readonly Value[];
}

type Consumer = ProjectionStatus | PolicyStatus;

const gauges: readonly Gauge[] = [
  {
    name: "foldstream.consumer.position",
    unit: "1",
    description: "Position up to which the partition was taken in.",
    values: ofPartitions(({ position }) => position),
  },
  {
    name: "foldstream.consumer.lag",
    unit: "{event}",
    description: "Upper bound of the events still to come.",
    values: ofPartitions(({ lag }) => lag),
  },
  {
    name: "foldstream.consumer.lag.age",
    unit: "s",
    description: "Age of the oldest event still to come.",
    values: ofPartitions(({ lagMs }) => lagMs / 1_000),
  },
  {
    name: "foldstream.consumer.health",
    unit: "1",
    description: "1 for how it does: idle, working, failing, stalled or halted.",
    values: ofConsumers(({ health }) => [{ value: 1, attributes: { "foldstream.health": health } }]),
  },
  {
    name: "foldstream.consumer.parked",
    unit: "1",
    description: "Streams whose events wait for a redrive.",
    values: ofConsumers((consumer) => [
      { value: "parkedStreams" in consumer ? consumer.parkedStreams : consumer.parked, attributes: {} },
    ]),
  },
  {
    name: "foldstream.consumer.audit.ok",
    unit: "1",
    description: "1 when the last audit found the read model as the log says, else 0.",
    values: ofConsumers((consumer) =>
      "lastAudit" in consumer && consumer.lastAudit ? [{ value: consumer.lastAudit.ok ? 1 : 0, attributes: {} }] : [],
    ),
  },
  {
    name: "foldstream.policy.intents",
    unit: "{intent}",
    description: "Commands and effects that are due, failing or parked, and timers.",
    values: ofConsumers((consumer) => ("waiting" in consumer ? intentsOf(consumer) : [])),
  },
];

/** One status for all gauges of a collection. */
export function watchStatus(meter: Meter, runtime: Pick<Runtime, "status">): () => void {
  const made = gauges.map((gauge) => ({ ...gauge, instrument: meter.createObservableGauge(gauge.name, gauge) }));
  const instruments = made.map(({ instrument }) => instrument);
  const collect: BatchObservableCallback = async (result) => {
    const status = await runtime.status();
    for (const { instrument, values } of made)
      for (const { value, attributes } of values(status)) result.observe(instrument, value, attributes);
  };
  meter.addBatchObservableCallback(collect, instruments);
  return () => meter.removeBatchObservableCallback(collect, instruments);
}

function ofConsumers(values: (consumer: Consumer) => readonly Value[]): Gauge["values"] {
  return ({ projections, policies }) =>
    [...projections, ...policies].flatMap((consumer) =>
      values(consumer).map(({ value, attributes }) => ({
        value,
        attributes: { "foldstream.consumer": consumer.name, ...attributes },
      })),
    );
}

function ofPartitions(value: (partition: Consumer["partitions"][number]) => number): Gauge["values"] {
  return ofConsumers(({ partitions }) =>
    partitions.map((partition) => ({
      value: value(partition),
      attributes: { "foldstream.partition": partition.partition },
    })),
  );
}

function intentsOf({ waiting, failing, parked, timers }: PolicyStatus): readonly Value[] {
  return Object.entries({ waiting, failing, parked, timers }).map(([state, value]) => ({
    value,
    attributes: { "foldstream.state": state },
  }));
}
