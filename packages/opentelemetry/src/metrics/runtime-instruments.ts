/** Counters and durations, as the runtime's observer tells them. */
import type { Meter } from "@opentelemetry/api";
import { driftKinds, type RuntimeObserver } from "foldstream";

const durations = {
  unit: "s",
  advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
};

type Observed = "command" | "query" | "append" | "step" | "stepFailed" | "streamParked" | "audited";

export function runtimeInstruments(meter: Meter): Required<Pick<RuntimeObserver, Observed>> {
  return { ...answers(meter), ...appends(meter), ...consumers(meter), ...audits(meter) };
}

function answers(meter: Meter): Required<Pick<RuntimeObserver, "command" | "query">> {
  const commands = meter.createHistogram("foldstream.command.duration", {
    ...durations,
    description: "Time from taking a command up to its answer.",
  });
  const queries = meter.createHistogram("foldstream.query.duration", {
    ...durations,
    description: "Time from taking a query up to its answer, waiting included.",
  });
  const waits = meter.createHistogram("foldstream.query.wait", {
    ...durations,
    description: "Time queries waited for a consistency token, where they had to.",
  });
  return {
    command: ({ aggregate, command, outcome, ms }) =>
      commands.record(ms / 1_000, {
        "foldstream.aggregate": aggregate,
        "foldstream.command": command,
        "foldstream.outcome": outcome,
      }),
    query({ query, outcome, ms, waitedMs }) {
      queries.record(ms / 1_000, { "foldstream.query": query, "foldstream.outcome": outcome });
      if (waitedMs > 0) waits.record(waitedMs / 1_000, { "foldstream.query": query });
    },
  };
}

function appends(meter: Meter): Required<Pick<RuntimeObserver, "append">> {
  const commands = meter.createHistogram("foldstream.append.commands", {
    unit: "{command}",
    description: "Commands that shared one append, by result.",
    advice: { explicitBucketBoundaries: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] },
  });
  const events = meter.createCounter("foldstream.append.events", {
    unit: "{event}",
    description: "Events appended to the log.",
  });
  return {
    append(observed) {
      commands.record(observed.commands, { "foldstream.result": observed.result });
      if (observed.result === "ok") events.add(observed.events);
    },
  };
}

function consumers(meter: Meter): Required<Pick<RuntimeObserver, "step" | "stepFailed" | "streamParked">> {
  const steps = meter.createHistogram("foldstream.step.duration", {
    ...durations,
    description: "Time a step of a projection or policy takes.",
  });
  const events = meter.createCounter("foldstream.step.events", {
    unit: "{event}",
    description: "Events that steps have taken in.",
  });
  const failures = meter.createCounter("foldstream.step.failures", {
    unit: "{step}",
    description: "Steps that failed and were or will be retried.",
  });
  const parked = meter.createCounter("foldstream.parked", {
    unit: "{stream}",
    description: "Streams that were set aside.",
  });
  const of = (projection: string) => ({ "foldstream.consumer": projection });
  return {
    step({ projection, events: count, ms }) {
      steps.record(ms / 1_000, of(projection));
      events.add(count, of(projection));
    },
    stepFailed: ({ projection }) => failures.add(1, of(projection)),
    streamParked: ({ projection }) => parked.add(1, of(projection)),
  };
}

function audits(meter: Meter): Required<Pick<RuntimeObserver, "audited">> {
  const rows = meter.createCounter("foldstream.audit.rows", {
    unit: "{row}",
    description: "Rows that audits have compared with the log.",
  });
  const drifted = meter.createCounter("foldstream.audit.drift", {
    unit: "{row}",
    description: "What audits found: rows that are missing, stale, extra or corrupt.",
  });
  return {
    audited(audit) {
      const of = { "foldstream.consumer": audit.projection };
      rows.add(audit.rows, of);
      for (const kind of driftKinds) drifted.add(audit.drift[kind], { ...of, "foldstream.drift": kind });
    },
  };
}
