/**
 * `npm run lambda-harness -- --app counter --clients 50 --faults all --seconds 60`: runs an example's bundle on this machine as Lambda
 * does, lets everything go wrong, and counts. `--faults none`, or some of them, `--seed 7`, `--json`. Exit code 0 only when exact.
 */
import { styleText } from "node:util";
import { runtimeClient } from "@foldstream/lambda-local";
import { installRuntimeClient } from "../tests/lambda-harness/install-runtime-client.ts";
import { type HarnessOptions, harnessOptions } from "../tests/lambda-harness/options.ts";
import { type HarnessReport, runHarness } from "../tests/lambda-harness/run.ts";

function optionsOrExit(): ReturnType<typeof harnessOptions> {
  try {
    return harnessOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

function told(options: HarnessOptions, report: HarnessReport): string {
  const { accepted, answered, unanswered, redriven, streams, ordered, problems } = report;
  const values = streams.map(({ stream, value }) => `${stream} ${value}`).join(", ");
  const sum = (pick: (stream: HarnessReport["streams"][number]) => number) =>
    streams.reduce((total, stream) => total + pick(stream), 0);
  return [
    `accepted     ${sum((stream) => stream.accepted)} commands: ${accepted.http} by HTTP of ${options.clients} clients, ${accepted.queue} by the queue`,
    `answered     ${answered}, each with its one outcome; ${unanswered} requests were cut off or throttled and sent again`,
    `executed     ${sum(({ version }) => version)} events in the log`,
    `final value  ${sum(({ value }) => Number(value))} in the read model (${values})`,
    `on the way   ${report.coldCopies} cold copies, ${report.cutOffInvocations} invocations cut off, ${report.throttledInvocations} throttled, ${report.batches} batches, ${redriven} messages redriven`,
    `faults       ${Object.entries(ordered)
      .map(([kind, times]) => `${kind} ${times}`)
      .join(", ")} (seed ${report.seed})`,
    ...problems.map((problem) => styleText("red", problem)),
    report.exact ? styleText("green", "exact") : styleText("red", "NOT exact"),
  ].join("\n");
}

const progress = (line: string) => console.error(styleText("dim", line));
const { json, ...options } = optionsOrExit();
await installRuntimeClient(progress);
const client = runtimeClient();
progress(`Functions run by ${client.name}.`);
const report = await runHarness({ ...options, client, onProgress: progress });
console.log(json ? JSON.stringify(report) : told(options, report));
process.exitCode = report.exact ? 0 : 1;
