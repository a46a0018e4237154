/** Starts a process that runs `runWriter` on some engine, and listens to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Writer {
  readonly child: ChildProcess;
  /** Resolves when the process has said that it is at work, or has ended. */
  readonly atWork: Promise<void>;
  /** Resolves when the process has ended, with every whole line that it said. */
  readonly ended: Promise<{ readonly lines: readonly string[]; readonly code: number | null }>;
}

/** Its first acknowledged append tells that it is at work, unless another line is to be waited for. */
export function spawnWriter(script: URL, args: readonly (string | number)[], begins = "ok "): Writer {
  const argv = ["--conditions=@foldstream/source", fileURLToPath(script), ...args.map(String)];
  const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  const atWork = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes(`\n${begins}`)) resolve();
    });
    child.once("close", () => resolve());
  });
  const ended = once(child, "close").then(([code]) => ({
    lines: said.split("\n").slice(0, -1),
    code: code as number | null,
  }));
  return { child, atWork, ended };
}

/** The commands of the lines that begin with `word`, each with its stream. */
export function commandsOf(lines: readonly string[], word: "try" | "ok"): Map<string, string> {
  const told = lines.map((line) => line.split(" ")).filter(([first]) => first === word);
  return new Map(told.map(([, commandId = "", stream = ""]) => [commandId, stream]));
}
