/** A server: one runtime after another, since its processes are killed, stopped and started again. */
import type { App } from "../../definition/app.ts";
import { createRuntime } from "../../runtime/create-runtime.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Settings } from "../../runtime/settings.ts";
import { type CallSide, Calls } from "./calls.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Trace } from "./trace.ts";

export interface ServerSide extends CallSide {
  readonly app: App;
  readonly engine: SimulatedEngine;
  readonly settings: Partial<Settings>;
  readonly trace: Trace;
}

export interface Running {
  readonly process: SimulatedProcess;
  readonly runtime: Runtime;
}

/** After a crash that nobody planned, at most. */
const longestAbsenceMs = 800;

export class Server {
  readonly name: string;
  readonly #side: ServerSide;
  #running: Running | undefined;
  #starts = 0;
  #clockSkewMs = 0;
  #cancelStart: (() => void) | undefined;
  #stopping = false;

  constructor(name: string, side: ServerSide) {
    this.name = name;
    this.#side = side;
    this.#start();
  }

  /** Absent between two processes. */
  get running(): Running | undefined {
    return this.#running;
  }

  crash(awayMs: number): void {
    this.#running?.process.kill();
    this.#startIn(awayMs);
  }

  restart(awayMs: number): void {
    const { running } = this;
    if (!running || this.#stopping) return;
    this.#stopping = true;
    void running.runtime.stop().then(() => {
      running.process.kill();
      this.#startIn(awayMs);
    });
  }

  pause(ms: number): void {
    const process = this.#running?.process;
    process?.pause();
    this.#side.time.after(ms, () => process?.resume());
  }

  clockJump(ms: number): void {
    this.#clockSkewMs += ms;
    if (this.#running) this.#running.process.clockSkewMs = this.#clockSkewMs;
  }

  /** Resolves once it has stopped as it should. */
  async stop(): Promise<void> {
    await this.#running?.runtime.stop();
  }

  #start(): void {
    const { chance, time, engine, app, settings, trace } = this.#side;
    const process = new SimulatedProcess(`${this.name}.${++this.#starts}`, time, chance);
    process.clockSkewMs = this.#clockSkewMs;
    const calls = new Calls(process, this.#side);
    const runtime = createRuntime(app, { engine: engine.seenBy(calls), environment: process.environment, settings });
    this.#running = { process, runtime };
    this.#stopping = false;
    trace.add(process.name, "starts");
    process.onKill(() => this.#ended(process));
    runtime.start().catch(() => process.kill());
  }

  #ended(process: SimulatedProcess): void {
    this.#side.trace.add(process.name, "is gone");
    this.#running = undefined;
    this.#startIn(longestAbsenceMs * this.#side.chance.of(`absence after ${process.name}`));
  }

  #startIn(ms: number): void {
    this.#cancelStart?.();
    this.#cancelStart = this.#side.time.after(ms, () => {
      if (!this.#running) this.#start();
    });
  }
}
