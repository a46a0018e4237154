/** The commands about streams that projections have set aside: `parked` and `redrive`. */
import type { ParkedFilter, ParkedIn, RedrivenIn } from "foldstream";
import { UsageError } from "../errors.ts";
import { inFull } from "../output/pace.ts";
import type { Command, CommandResult } from "./command.ts";
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
        const text = found.length === 0 ? "Nothing is parked." : found.map(describe).join("\n");
        return { text, json: { parked: found } };
      }),
  };
}

/** Streams that fail again make it fail. @throws UsageError when it is not said which streams are meant. */
export function redrive({ all = false, dryRun = false, ...options }: RedriveOptions): Command {
  const filter = filterOf(options);
  if (all === Object.keys(filter).length > 0)
    throw new UsageError(
      "Say which streams are meant: --all, or some of --projection, --stream, --aggregate and --error.",
    );
  return {
    name: "redrive",
    afterStop: "What was brought in is kept. Run the same command again: it goes on from there.",
    run: ({ signal }) =>
      withApp(options.config, { signal }, async ({ runtime }) =>
        redriven(await runtime.redrive(filter, { dryRun }), dryRun),
      ),
  };
}

function filterOf({ projection, stream, aggregate, error }: ParkedFilter): ParkedFilter {
  return {
    ...(projection !== undefined && { projection }),
    ...(stream !== undefined && { stream }),
    ...(aggregate !== undefined && { aggregate }),
    ...(error !== undefined && { error }),
  };
}

function describe({ projection, stream, version, waiting, attempts, parkedAt, error }: ParkedIn): string {
  const since = new Date(parkedAt).toISOString();
  return (
    `${projection}: ${stream}@${version}, ${inFull(waiting)} waiting since ${since}, tries: ${inFull(attempts)}. ` +
    `${error.name}: ${error.message}`
  );
}

function redriven(streams: readonly RedrivenIn[], dryRun: boolean): CommandResult {
  const failed = streams.filter((stream) => stream.failed);
  const events = streams.reduce((sum, stream) => sum + stream.events, 0);
  const free = streams.length - failed.length;
  const summary = dryRun
    ? `Would bring in ${inFull(events)} events and free ${inFull(free)} of ${inFull(streams.length)} streams. Nothing was written.`
    : `Brought in ${inFull(events)} events and freed ${inFull(free)} of ${inFull(streams.length)} streams.`;
  const problems = failed.map(
    ({ projection, stream, failed: at }) =>
      `${projection}: ${stream}@${at?.version} fails: ${at?.error.name}: ${at?.error.message}`,
  );
  return {
    text: [summary, ...problems].join("\n"),
    json: { dryRun, events, streams },
    ok: failed.length === 0,
  };
}
