/** A server: one runtime after another, since its processes are killed, stopped and started again. */
import { createRuntime } from "../../runtime/create-runtime.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Settings } from "../../runtime/settings.ts";
import { type CallSide, Calls } from "./calls.ts";
import type { PerformedEffects } from "./performed-effects.ts";
import type { Releases } from "./releases.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Trace } from "./trace.ts";

export interface ServerSide extends CallSide {
  readonly releases: Releases;
  readonly world: PerformedEffects;
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

  /** Goes on with the newest release. */
  update(): void {
    if (this.#running && this.#running.runtime.app !== this.#side.releases.newest) this.restart(0);
  }

  /** Resolves once it has stopped as it should. */
  async stop(): Promise<void> {
    await this.#running?.runtime.stop();
  }

  #start(): void {
    const { chance, time, engine, releases, settings, trace, world } = this.#side;
    const process = new SimulatedProcess(`${this.name}.${++this.#starts}`, time, chance);
    process.clockSkewMs = this.#clockSkewMs;
    const calls = new Calls(process, this.#side);
    const { newest: app } = releases;
    const effects = world.handlers(app, calls);
    const { environment } = process;
    const runtime = createRuntime(app, { engine: engine.seenBy(calls, app), environment, settings, effects });
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
