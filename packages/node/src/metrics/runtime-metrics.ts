/** What an observer of the runtime counts. */
import { driftKinds, type RuntimeObserver } from "foldstream";
import type { Registry } from "prom-client";
import { durationBuckets, Observations } from "./histogram.ts";
import { LabelMap, Tally } from "./label-map.ts";
import { type MetricDefinition, register } from "./metric.ts";

const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** Outcomes and durations of one command or query. */
class Answers {
  readonly outcomes = new LabelMap(() => new Tally());
  readonly duration = new Observations(durationBuckets);
  readonly wait = new Observations(durationBuckets);
}

export class RuntimeMetrics {
  readonly #commands = new LabelMap(() => new LabelMap(() => new Answers()));
  readonly #queries = new LabelMap(() => new Answers());
  readonly #appends = new LabelMap(() => new Tally());
  readonly #commandsPerAppend = new Observations(batchBuckets);
  readonly #events = new Tally();
  readonly #projected = new LabelMap(() => new Tally());
  readonly #steps = new LabelMap(() => new Observations(durationBuckets));
  /** By projection, what was compared and what was found. */
  readonly #audits = new LabelMap(() => new LabelMap(() => new Tally()));
  readonly #failedSteps = new LabelMap(() => new Tally());

  readonly observer: Required<
    Pick<RuntimeObserver, "command" | "append" | "step" | "stepFailed" | "audited" | "query">
  > = {
    command: ({ aggregate, command, outcome, ms }) => {
      const answers = this.#commands.of(aggregate).of(command);
      answers.outcomes.of(outcome).value++;
      answers.duration.observe(ms / 1_000);
    },
    append: ({ commands, events, result }) => {
      this.#appends.of(result).value++;
      this.#commandsPerAppend.observe(commands);
      if (result === "ok") this.#events.value += events;
    },
    step: ({ projection, events, ms }) => {
      this.#projected.of(projection).value += events;
      this.#steps.of(projection).observe(ms / 1_000);
    },
    stepFailed: ({ projection }) => {
      this.#failedSteps.of(projection).value++;
    },
    audited: ({ projection, rows, drift, indexes }) => {
      const audits = this.#audits.of(projection);
      audits.of("compared").value += rows;
      for (const kind of driftKinds) audits.of(kind).value += drift[kind];
      audits.of("index").value += indexes.length;
    },
    query: ({ query, outcome, ms, waitedMs }) => {
      const answers = this.#queries.of(query);
      answers.outcomes.of(outcome).value++;
      answers.duration.observe(ms / 1_000);
      if (waitedMs > 0) answers.wait.observe(waitedMs / 1_000);
    },
  };

  registerAt(registry: Registry): void {
    for (const metric of [
      ...this.#commandMetrics(),
      ...this.#appendMetrics(),
      ...this.#projectionMetrics(),
      ...this.#auditMetrics(),
      ...this.#queryMetrics(),
    ]) {
      register(registry, metric);
    }
  }

  #commandMetrics(): readonly MetricDefinition[] {
    const name = "foldstream_command_duration_seconds";
    const perCommand = <S>(read: (labels: { aggregate: string; command: string }, answers: Answers) => readonly S[]) =>
      this.#commands.samples((aggregate, commands) =>
        commands.samples((command, answers) => read({ aggregate, command }, answers)),
      );
    return [
      {
        name: "foldstream_commands_total",
        help: "Commands answered, by outcome: accepted, replayed, failed, or the reason of the refusal.",
        type: "counter",
        samples: () => perCommand((labels, { outcomes }) => outcomesOf(labels, outcomes)),
      },
      {
        name,
        help: "Time from taking a command up to its answer.",
        type: "histogram",
        samples: () => perCommand((labels, { duration }) => duration.samples(name, labels)),
      },
    ];
  }

  #appendMetrics(): readonly MetricDefinition[] {
    const name = "foldstream_commands_per_append";
    return [
      {
        name: "foldstream_appends_total",
        help: "Appends tried, by result.",
        type: "counter",
        samples: () => this.#appends.samples((result, { value }) => [{ labels: { result }, value }]),
      },
      {
        name: "foldstream_append_conflicts_total",
        help: "Appends that lost against another process.",
        type: "counter",
        samples: () => [{ labels: {}, value: this.#appends.of("version-conflict").value }],
      },
      {
        name: "foldstream_events_appended_total",
        help: "Events appended to the log.",
        type: "counter",
        samples: () => [{ labels: {}, value: this.#events.value }],
      },
      {
        name,
        help: "Commands that shared one append.",
        type: "histogram",
        samples: () => this.#commandsPerAppend.samples(name, {}),
      },
    ];
  }

  #projectionMetrics(): readonly MetricDefinition[] {
    const name = "foldstream_projection_step_duration_seconds";
    return [
      {
        name: "foldstream_projection_events_total",
        help: "Events that projections have taken in.",
        type: "counter",
        samples: () => this.#projected.samples((projection, { value }) => [{ labels: { projection }, value }]),
      },
      {
        name: "foldstream_projection_errors_total",
        help: "Steps of projections that failed and were or will be retried.",
        type: "counter",
        samples: () => this.#failedSteps.samples((projection, { value }) => [{ labels: { projection }, value }]),
      },
      {
        name,
        help: "Time a projection's step takes.",
        type: "histogram",
        samples: () => this.#steps.samples((projection, steps) => steps.samples(name, { projection })),
      },
    ];
  }

  #auditMetrics(): readonly MetricDefinition[] {
    const samples = (wanted: (what: string) => boolean) =>
      this.#audits.samples((projection, audits) =>
        audits.samples((what, { value }) => (wanted(what) ? [{ labels: { projection, kind: what }, value }] : [])),
      );
    return [
      {
        name: "foldstream_audit_rows_total",
        help: "Rows that audits have compared with the log.",
        type: "counter",
        samples: () =>
          samples((what) => what === "compared").map(({ labels: { projection }, value }) => ({
            labels: { projection },
            value,
          })),
      },
      {
        name: "foldstream_audit_drift_total",
        help: "What audits found: rows that are missing, stale, extra or corrupt, and problems with indexes.",
        type: "counter",
        samples: () => samples((what) => what !== "compared"),
      },
    ];
  }

  #queryMetrics(): readonly MetricDefinition[] {
    const duration = "foldstream_query_duration_seconds";
    const wait = "foldstream_query_wait_seconds";
    return [
      {
        name: "foldstream_queries_total",
        help: "Queries answered, by outcome.",
        type: "counter",
        samples: () => this.#queries.samples((query, { outcomes }) => outcomesOf({ query }, outcomes)),
      },
      {
        name: duration,
        help: "Time from taking a query up to its answer, waiting included.",
        type: "histogram",
        samples: () => this.#queries.samples((query, answers) => answers.duration.samples(duration, { query })),
      },
      {
        name: wait,
        help: "Time queries waited for a consistency token, where they had to.",
        type: "histogram",
        samples: () => this.#queries.samples((query, answers) => answers.wait.samples(wait, { query })),
      },
    ];
  }
}

function outcomesOf<L extends object>(labels: L, outcomes: LabelMap<Tally>) {
  return outcomes.samples((outcome, { value }) => [{ labels: { ...labels, outcome }, value }]);
}
