/** One repetition of one question with one library, in a process of its own: what is ordered and what is reported. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Place } from "./places/place.ts";
import type { TrialSize } from "./question.ts";

export interface TrialOrder {
  readonly question: string;
  /** "bare": by hand on the driver. */
  readonly library: string;
  readonly place: Place;
  readonly size: TrialSize;
  readonly steps: readonly ("prepare" | "run")[];
  /** Whether to say where the time of `run` went, which slows it. */
  readonly profile?: boolean;
}

export interface TrialReport {
  readonly count: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly exact?: boolean;
  readonly retries?: number;
  readonly failures?: number;
  /** The most memory that the process ever held, in megabytes. */
  readonly peakMemoryMb: number;
  /** Where its time went, as text, if that was ordered. */
  readonly profile?: string;
}

/** What went wrong, as text: errors of other libraries do not travel between processes. */
export interface TrialFailure {
  readonly error: string;
}

const program = new URL("trial-process.ts", import.meta.url);

/** Ends a trial that hangs. Filling a log takes a slow library minutes. */
const patienceMs = 600_000;

/** Never rejects: a library that fails is reported, and the others go on. */
export function tried(order: TrialOrder): Promise<TrialReport | TrialFailure> {
  const { promise, resolve } = Promise.withResolvers<TrialReport | TrialFailure>();
  const child = fork(program, {
    // The built packages, as users have them: no condition says otherwise.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    cwd: fileURLToPath(new URL("installed/", import.meta.url)),
    env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "fatal" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  child.stderr?.on("data", (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const giveUp = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  child.once("message", (report) => resolve(report as TrialReport | TrialFailure));
  child.once("exit", (code, signal) => {
    clearTimeout(giveUp);
    resolve({ error: `ended (${code ?? signal}) without a report: ${said.trim()}` });
  });
  child.send(order);
  return promise;
}
