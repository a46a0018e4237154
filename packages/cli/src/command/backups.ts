/** The commands about a backup's file: `backup` and `verify`. */
import { verifyBackup, writeBackup } from "@foldstream/transfer";
import { inFull } from "../output/pace.ts";
import type { Command } from "./command.ts";
import { withEngine } from "./with-engine.ts";

export function backup(file: string, { config }: { readonly config: string }): Command {
  return {
    name: "backup",
    afterStop: `Nothing was written to ${file}. Run the same command again.`,
    run: (options) =>
      withEngine(config, "source", async (engine) => {
        const log = await writeBackup(engine, file, options);
        return { text: `Wrote ${contents(log)} to ${file}.`, json: { log, file } };
      }),
  };
}

export function verify(file: string): Command {
  return {
    name: "verify",
    afterStop: "Nothing is known about the file. Run the same command again.",
    async run(options) {
      const { log, createdAt } = await verifyBackup(file, options);
      return { text: `${file} is whole: ${contents(log)}, written at ${createdAt}.`, json: { log, file, createdAt } };
    },
  };
}

function contents({
  events,
  receipts,
}: { readonly [part in "events" | "receipts"]: { readonly count: number } }): string {
  return `${inFull(events.count)} events and ${inFull(receipts.count)} receipts`;
}
