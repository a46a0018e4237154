/** The commands that fill an engine: `migrate` and `restore`. */
import { type CopyResult, copyLog, restoreBackup, verifyBackup } from "@foldstream/transfer";
import { UsageError } from "../errors.ts";
import { inFull } from "../output/pace.ts";
import type { Command, CommandResult } from "./command.ts";
import { withEngine } from "./with-engine.ts";

const afterStop = "What was copied is kept. Run the same command again: it goes on from there.";

interface CopySettings {
  readonly concurrency?: number;
}

export function migrate({
  from,
  to,
  ...settings
}: CopySettings & { readonly from: string; readonly to: string }): Command {
  if (from === to) throw new UsageError("--from and --to name the same engine. Name another one as the target.");
  return {
    name: "migrate",
    afterStop,
    run: (options) =>
      withEngine(from, "source", (source) =>
        withEngine(to, "target", async (target) => copied(await copyLog(source, target, { ...settings, ...options }))),
      ),
  };
}

export function restore(file: string, { config, ...settings }: CopySettings & { readonly config: string }): Command {
  return {
    name: "restore",
    afterStop,
    async run(options) {
      const backup = await verifyBackup(file, options);
      return withEngine(config, "target", async (target) =>
        copied(await restoreBackup(backup, target, { ...settings, ...options })),
      );
    },
  };
}

function copied({ log, written }: CopyResult): CommandResult {
  const there = log.events.count - written.events;
  const before = there > 0 ? `; ${inFull(there)} events were there already` : "";
  const text =
    `Copied ${inFull(written.events)} events and ${inFull(written.receipts)} receipts${before}.\n` +
    `The target is equal: ${inFull(log.events.count)} events, ${inFull(log.receipts.count)} receipts, by count and digest.`;
  return { text, json: { log, written } };
}
