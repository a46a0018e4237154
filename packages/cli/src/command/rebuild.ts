/** The commands about builds of a read model: `rebuild`, with what to do once it is built. */
import type { BuildPlace, CompareOptions, RebuildOptions, RebuildResult, SwitchResult } from "foldstream";
import { UsageError } from "../errors.ts";
import { duration, inFull } from "../output/pace.ts";
import type { Command, CommandResult, RunOptions } from "./command.ts";
import { compared } from "./compared.ts";
import { withApp } from "./with-app.ts";

export interface RebuildSettings {
  readonly config: string;
  /** Events a second, at most. */
  readonly rate?: number;
  readonly compare?: boolean;
  readonly switch?: boolean;
  readonly rollback?: boolean;
  readonly drop?: boolean;
}

export function rebuild(projection: string, settings: RebuildSettings): Command {
  const { config, rate: _, ...what } = settings;
  const asked = Object.keys(what).filter((name) => what[name as keyof typeof what]);
  const chosen = asked.filter((name) => ["compare", "switch", "rollback", "drop"].includes(name));
  if (chosen.length > 1)
    throw new UsageError(`--${chosen.join(" and --")} do different things. Give one of them at a time.`);
  return {
    name: "rebuild",
    afterStop: "What was built is kept, and the live build serves as before. Run the same command again to go on.",
    run: (options) =>
      withApp(config, { signal: options.signal }, async ({ runtime: { builds } }) => {
        if (what.rollback) return rolledBack(await builds.rollBack(projection));
        if (what.drop) return dropped(projection, await builds.drop(projection));
        const built = await builds.rebuild(projection, rebuildOptions(settings, options));
        return what.compare ? compared(await builds.compare(projection, compareOptions(options))) : rebuilt(built);
      }),
  };
}

/** What is to be compared does not serve before it was. */
function rebuildOptions(
  { rate, compare, ...what }: RebuildSettings,
  { signal, onProgress }: RunOptions,
): RebuildOptions {
  return {
    ...(rate !== undefined && { eventsPerSecond: rate }),
    ...(compare ? { switch: false } : what.switch && { switch: true }),
    ...(signal && { signal }),
    onProgress: ({ done, total }) => onProgress?.({ phase: "rebuild", done, share: total === 0 ? 1 : done / total }),
  };
}

function compareOptions({ signal, onProgress }: RunOptions): CompareOptions {
  return { ...(signal && { signal }), onProgress: ({ rows }) => onProgress?.({ phase: "compare", done: rows }) };
}

function rebuilt(result: RebuildResult): CommandResult {
  const { projection, resumedAt, done, ms, switched } = result;
  const before = resumedAt > 0 ? `; ${inFull(resumedAt)} positions were built already` : "";
  const next = switched
    ? "Queries read it now. Take it back with --rollback; free the room of the others with --drop."
    : "The live build serves as before. Serve from this one with --switch.";
  const text = `Built ${named(projection, result)}: ${inFull(done)} positions in ${duration(ms / 1_000)}${before}.\n${next}`;
  return { text, json: { ...result } };
}

function rolledBack(result: SwitchResult): CommandResult {
  const { projection, from, to, behind } = result;
  const lag =
    behind > 0
      ? ` It lacks ${inFull(behind)} positions, which only a release with that version can bring in; queries with a consistency token wait for them.`
      : "";
  return {
    text: `Queries read ${named(projection, to)} again, in place of ${place(from)}.${lag}`,
    json: { ...result },
  };
}

function dropped(projection: string, builds: readonly BuildPlace[]): CommandResult {
  const text =
    builds.length > 0 ? `Dropped of ${projection}: ${builds.map(place).join(", ")}.` : "There was no build to drop.";
  return { text, json: { projection, dropped: builds } };
}

function named(projection: string, build: BuildPlace): string {
  return `${projection} ${place(build)}`;
}

function place({ version, build }: BuildPlace): string {
  return `version ${version} build ${build}`;
}
