/** The command `status`: how each consumer of the app does, wherever it runs. Starts nothing. */
import { setTimeout } from "node:timers/promises";
import type { Runtime, RuntimeStatus } from "foldstream";
import { describeStatus, parkedIn } from "../output/status-text.ts";
import type { Command, CommandResult } from "./command.ts";
import { withApp } from "./with-app.ts";

export interface StatusSettings {
  readonly config: string;
  /** Shows the status in place of the one before, every second until the command is stopped. Absent: it is told once. */
  readonly screen?: ((text: string) => void) & { clear(): void };
}

const lookEveryMs = 1_000;

export function status({ config, screen }: StatusSettings): Command {
  return {
    name: "status",
    afterStop: "Run the same command again.",
    run: ({ signal }) =>
      withApp(config, { signal, prepare: false }, async ({ runtime }) => {
        if (!screen || !signal) return look(runtime);
        for (;;) {
          const result = await look(runtime);
          screen(result.text);
          if (await secondPassed(signal)) continue;
          screen.clear();
          return result;
        }
      }),
  };
}

/** False when it was stopped before. */
function secondPassed(signal: AbortSignal): Promise<boolean> {
  return setTimeout(lookEveryMs, true, { signal }).catch(() => false);
}

async function look(runtime: Runtime): Promise<CommandResult> {
  const { projections, policies } = await runtime.status();
  const ok = isWell({ projections, policies });
  return { ok, text: describeStatus({ projections, policies }, Date.now()), json: { projections, policies } };
}

/** Whether nothing needs a person. */
function isWell({ projections, policies }: Pick<RuntimeStatus, "projections" | "policies">): boolean {
  return (
    [...projections, ...policies].every(
      (consumer) => consumer.health !== "stalled" && consumer.health !== "halted" && parkedIn(consumer) === 0,
    ) && projections.every(({ lastAudit }) => lastAudit?.ok !== false)
  );
}
