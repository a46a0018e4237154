/** Runs a command, says how it goes and how it ended. */
import { isFoldstreamError } from "foldstream";
import type { Command } from "./command/command.ts";
import { isUsageError } from "./errors.ts";
import { progressDisplay } from "./output/progress-display.ts";
import { StoppedBySignal, stopSignal } from "./stop-signal.ts";

export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Progress and errors go to stderr, the result to stdout. */
export async function runCommand(command: Command, { json }: { readonly json: boolean }): Promise<ExitCode> {
  const { signal, release } = stopSignal();
  const display = progressDisplay(process.stderr);
  const ended = (result: object) => json && process.stdout.write(`${JSON.stringify(result)}\n`);
  try {
    const result = await command.run({ signal, onProgress: (progress) => display.show(progress) });
    display.stop();
    if (!json) process.stdout.write(`${result.text}\n`);
    const { ok = true } = result;
    ended({ ok, command: command.name, ...result.json });
    return ok ? exitCodes.done : exitCodes.failed;
  } catch (error) {
    display.stop();
    const message = messageOf(error, command);
    process.stderr.write(`foldstream ${command.name}: ${message}\n`);
    ended({ ok: false, command: command.name, error: { ...codeOf(error), message } });
    return isUsageError(error) ? exitCodes.usage : exitCodes.failed;
  } finally {
    release();
  }
}

function messageOf(error: unknown, { afterStop }: Command): string {
  if (error instanceof StoppedBySignal) return `${error.message} ${afterStop}`;
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): { readonly code: string; readonly problem?: unknown } {
  if (error instanceof StoppedBySignal) return { code: "stopped" };
  if (isUsageError(error)) return { code: "usage" };
  if (!isFoldstreamError(error)) return { code: "unexpected" };
  const { problem } = error as { problem?: unknown };
  return { code: error.code, ...(problem !== undefined && { problem }) };
}
