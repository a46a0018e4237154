/** The commands about what projections and policies have set aside: `parked` and `redrive`. */
import type { ParkedFilter, ParkedIn, RedrivenIn, RedriveProgress } from "foldstream";
import { UsageError } from "../errors.ts";
import { inFull } from "../output/pace.ts";
import type { Command, CommandResult } from "./command.ts";
import { describeTarget, type GivenUp, givenUp, tryAgain } from "./given-up.ts";
import { withApp } from "./with-app.ts";

export interface ParkedOptions extends ParkedFilter {
  readonly config: string;
}

export interface RedriveOptions extends ParkedOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

export function parked(options: ParkedOptions): Command {
  return {
    name: "parked",
    afterStop: "Run the same command again.",
    run: ({ signal }) =>
      withApp(options.config, { signal }, async ({ runtime }) => {
        const found: ParkedIn[] = [];
        for await (const entry of runtime.parked(filterOf(options))) found.push(entry);
        const targets = await givenUp(runtime, options);
        const lines = [...found.map(describe), ...targets.map(describeTarget)];
        const text = lines.length === 0 ? "Nothing is parked." : lines.join("\n");
        return { text, json: { parked: found, targets } };
      }),
  };
}

/** Streams that fail again make it fail. @throws UsageError when it is not said what is meant. */
export function redrive({ all = false, dryRun = false, ...options }: RedriveOptions): Command {
  const filter = filterOf(options);
  if (all === Object.keys(filter).length > 0)
    throw new UsageError(
      "Say what is meant: --all, or some of --projection, --policy, --stream, --aggregate and --error.",
    );
  return {
    name: "redrive",
    afterStop: "What was brought in is kept. Run the same command again: it goes on from there.",
    run: ({ signal, onProgress }) =>
      withApp(options.config, { signal }, async ({ runtime }) => {
        const told = ({ done, total }: RedriveProgress) =>
          onProgress?.({ phase: "redrive", done, share: total === 0 ? 1 : done / total });
        const streams = await runtime.redrive(filter, { dryRun, onProgress: told });
        const targets = await givenUp(runtime, filter);
        if (!dryRun) await tryAgain(runtime, targets);
        return redriven(streams, targets, dryRun);
      }),
  };
}

function filterOf({ projection, policy, stream, aggregate, error }: ParkedFilter): ParkedFilter {
  return {
    ...(projection !== undefined && { projection }),
    ...(policy !== undefined && { policy }),
    ...(stream !== undefined && { stream }),
    ...(aggregate !== undefined && { aggregate }),
    ...(error !== undefined && { error }),
  };
}

function consumerOf({ projection, policy, build }: Pick<ParkedIn, "projection" | "policy" | "build">): string {
  if (policy !== undefined) return `policy ${policy}`;
  return build === 0 ? projection : `${projection} build ${build}`;
}

function describe({ stream, version, waiting, attempts, parkedAt, error, ...consumer }: ParkedIn): string {
  const since = new Date(parkedAt).toISOString();
  return (
    `${consumerOf(consumer)}: ${stream}@${version}, ${inFull(waiting)} waiting since ${since}, tries: ${inFull(attempts)}. ` +
    `${error.name}: ${error.message}`
  );
}

function redriven(streams: readonly RedrivenIn[], targets: readonly GivenUp[], dryRun: boolean): CommandResult {
  const failed = streams.filter((stream) => stream.failed);
  const events = streams.reduce((sum, stream) => sum + stream.events, 0);
  const free = streams.length - failed.length;
  const summary = dryRun
    ? `Would bring in ${inFull(events)} events and free ${inFull(free)} of ${inFull(streams.length)} streams. Nothing was written.`
    : `Brought in ${inFull(events)} events and freed ${inFull(free)} of ${inFull(streams.length)} streams.`;
  const problems = failed.map(
    ({ stream, failed: at, ...consumer }) =>
      `${consumerOf(consumer)}: ${stream}@${at?.version} fails: ${at?.error.name}: ${at?.error.message}`,
  );
  return {
    text: [summary, ...problems, ...again(targets, dryRun)].join("\n"),
    json: { dryRun, events, streams, targets },
    ok: failed.length === 0,
  };
}

/** What becomes of them, the worker that runs the policy finds out. */
function again(targets: readonly GivenUp[], dryRun: boolean): readonly string[] {
  if (targets.length === 0) return [];
  const what = `${inFull(targets.length)} targets of policies`;
  return dryRun
    ? [`Would have ${what} tried again:`, ...targets.map(describeTarget)]
    : [`Has ${what} tried again, by whatever runs the policies. See foldstream status.`];
}
