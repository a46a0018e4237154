/** One run of a schedule: the steps with their faults, then quiet, then everything is checked. */
import type { App } from "../../definition/app.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import { readModelOf } from "../../runtime/fold.ts";
import { defaultSettings, type Settings } from "../../runtime/settings.ts";
import { Chance } from "./chance.ts";
import { checkAudits } from "./check-audits.ts";
import { checkCommands } from "./check-commands.ts";
import { checkQueries } from "./check-queries.ts";
import { checkReadModels } from "./check-read-models.ts";
import { Clients } from "./clients.ts";
import { Faults, faultsOfCalls } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Operators } from "./operators.ts";
import { Poison } from "./poison.ts";
import type { OperatorStep, Schedule, Step } from "./schedule.ts";
import { Server } from "./server.ts";
import { simulatedApp } from "./simulated-app.ts";
import { SimulatedEngine } from "./simulated-engine.ts";
import { Trace } from "./trace.ts";
import type { Violation } from "./violation.ts";
import { VirtualTime } from "./virtual-time.ts";

export interface RunResult {
  readonly violations: readonly Violation[];
  readonly trace: readonly string[];
  /** Faults that struck, by what and where. */
  readonly struck: ReadonlySet<string>;
  readonly commands: number;
  readonly events: number;
}

/** Far longer than anything takes that still moves. */
const quietMs = 60_000;

/** For operators who still meet faults. */
const maintenanceMs = 2_000;

export function runSchedule(app: App, schedule: Schedule): Promise<RunResult> {
  return new Run(app, schedule).run();
}

class Run {
  readonly #app: App;
  readonly #schedule: Schedule;
  readonly #time: VirtualTime;
  readonly #trace: Trace;
  readonly #faults: Faults;
  readonly #ledger: Ledger;
  readonly #engine: SimulatedEngine;
  readonly #servers: readonly Server[];
  readonly #clients: Clients;
  readonly #operators: Operators;
  /** Times at which each command was decided. */
  readonly #decided = new Map<string, Set<string>>();
  readonly #violations: Violation[] = [];
  #stepped = 0;

  constructor(app: App, schedule: Schedule) {
    const { seed, servers, partitions, rates, only } = schedule;
    const chance = new Chance(seed);
    const time = new VirtualTime(chance);
    const trace = new Trace(time);
    const faults = new Faults(chance, rates, trace, only);
    const ledger = new Ledger(trace);
    const takeOverAtStart = chance.of("take over at start") < 0.5;
    const ways = { chance, time, faults };
    const engine = new SimulatedEngine({ ...ways, partitions, takeOverAtStart, ledger });
    const heard = simulatedApp(app, {
      poison: new Poison(ways),
      decided: (commandId, now) => this.#noteDecision(commandId, now),
      queryReads: (query, projection) => this.#noteRead(query, projection),
    });
    const side = { ...ways, trace, engine };
    const settings = settingsOf(chance);
    this.#app = app;
    this.#schedule = schedule;
    this.#time = time;
    this.#trace = trace;
    this.#faults = faults;
    this.#ledger = ledger;
    this.#engine = engine;
    this.#servers = Array.from(
      { length: servers },
      (_, index) => new Server(`s${index + 1}`, { ...side, app: heard, settings }),
    );
    this.#clients = new Clients({ ...side, servers: this.#servers });
    this.#operators = new Operators({ ...side, app: heard, settings, ledger });
  }

  async run(): Promise<RunResult> {
    await this.#takeSteps();
    await this.#quieten();
    await this.#repeatEverything();
    await this.#stopAll();
    await this.#check();
    return {
      violations: this.#violations,
      trace: this.#trace.lines(),
      struck: this.#faults.struck,
      commands: this.#clients.submissions.length,
      events: this.#ledger.appends.flat().reduce((sum, { events }) => sum + events.length, 0),
    };
  }

  async #takeSteps(): Promise<void> {
    const { steps } = this.#schedule;
    for (const step of steps) {
      this.#time.after(step.at, () => {
        this.#take(step);
        this.#stepped++;
      });
    }
    const last = steps.at(-1)?.at ?? 0;
    await this.#time.until(() => this.#stepped === steps.length, last + 1);
  }

  #take(step: Step): void {
    if (step.kind === "command") this.#clients.submit(step);
    else if (step.kind === "query") this.#clients.ask(step);
    else if ("projection" in step) this.#operators.take(step);
    else this.#operate(step);
  }

  #operate({ kind, server: index, ms }: OperatorStep): void {
    const server = this.#servers[index] as Server;
    this.#trace.add("operator", `${kind} ${kind === "powerCut" ? "all" : server.name} ${ms} ms`);
    if (kind === "powerCut") for (const each of this.#servers) each.crash(ms);
    else server[kind](ms);
  }

  /** Ends the faults, and gives everything time to get where it should be. Servers that are away or paused come back when it is time. */
  async #quieten(): Promise<void> {
    this.#trace.add("operator", "ends the faults, but for poison");
    this.#faults.endAllBut("lostWakeUp", "poison");
    await this.#reach("every command is answered", "G10", () => this.#clients.done);
    await this.#reach("every read model has caught up", "G4", () => this.#caughtUp());
    this.#trace.add("operator", "ends the poison");
    this.#faults.endAllBut("lostWakeUp", ...faultsOfCalls, "pause");
    this.#operators.maintain();
    await this.#time.until(() => this.#operators.idle, maintenanceMs);
    await this.#tidyUp();
  }

  /** Faults may have parked streams and damaged rows; without faults, nothing is left that could keep them. */
  async #tidyUp(): Promise<void> {
    this.#faults.endAllBut("lostWakeUp");
    let tidied = false;
    const tidying = this.#operators.tidyUp().then((violations) => {
      this.#violations.push(...violations);
      tidied = true;
    });
    await this.#reach("what is parked is redriven and what is damaged repaired", "G5", () => tidied);
    if (tidied) await tidying;
  }

  /** Every accepted command again, and every query with the newest tokens. */
  async #repeatEverything(): Promise<void> {
    for (const submission of this.#clients.submissions) {
      if (submission.answers.some(({ outcome }) => outcome.ok)) this.#clients.repeat(submission);
    }
    for (const { name } of this.#app.projections) {
      const step = {
        kind: "query",
        at: 0,
        name: `q after all on ${name}`,
        projection: name,
        tokens: 3,
        waitMs: 5_000,
      } as const;
      this.#clients.ask(step, true);
    }
    await this.#reach("every command and query is answered again", "G6", () => this.#clients.done);
  }

  async #stopAll(): Promise<void> {
    let stopped = 0;
    for (const server of this.#servers) void server.stop().then(() => stopped++);
    await this.#reach("every server has stopped", "G10", () => stopped === this.#servers.length);
  }

  async #reach(goal: string, guarantee: Violation["guarantee"], done: () => boolean): Promise<void> {
    if (this.#violations.length > 0 || (await this.#time.until(done, quietMs))) return;
    this.#violations.push({ guarantee, message: `without faults, ${quietMs / 1_000} s did not suffice until ${goal}` });
  }

  #caughtUp(): boolean {
    const { log } = this.#engine;
    const partitions = [...log.partitions.keys()];
    return this.#app.projections.every((projection) => {
      const history = this.#ledger.history(readModelOf(projection));
      return partitions.every((partition) => history.checkpoint(partition) >= log.head(partition));
    });
  }

  async #check(): Promise<void> {
    const { submissions, questions } = this.#clients;
    const { audits } = this.#operators;
    const surprises = [...this.#clients.surprises, ...this.#operators.surprises];
    const truth = { app: this.#app, log: this.#engine.log, ledger: this.#ledger };
    const found = [
      ...surprises.map((message): Violation => ({ guarantee: "G10", message })),
      ...(await checkCommands({ ...truth, submissions, decided: this.#decided })),
      ...(await checkReadModels({ ...truth, target: this.#engine.target })),
      ...(await checkQueries([...questions.values()], this.#engine.feed)),
      ...checkAudits({ ...truth, audits }),
    ];
    this.#violations.unshift(...found);
  }

  #noteDecision(commandId: string, now: string): void {
    const times = this.#decided.get(commandId) ?? new Set();
    this.#decided.set(commandId, times.add(now));
  }

  #noteRead(query: string, projection: AnyProjection): void {
    const partitions = [...this.#engine.log.partitions.keys()];
    const history = this.#ledger.history(readModelOf(projection));
    const read = new Map(partitions.map((partition) => [partition, history.checkpoint(partition)]));
    this.#clients.questions.get(query)?.reads.push(read);
  }
}

/** Small sizes and short times, so that every limit is met in a short run. */
function settingsOf(chance: Chance): Partial<Settings> {
  const random = chance.sequence("settings");
  return {
    commandsPerAppend: random.oneOf([1, 3, 512]),
    conflictRetries: random.oneOf([0, 1, 10]),
    cachedStreams: random.oneOf([1, 4, 1_000]),
    eventsPerStep: random.whole(1, 6),
    stepIntervalMs: random.oneOf([0, 5]),
    pollMs: 200,
    stepBackoffMs: 100,
    leaseMs: random.oneOf([90, 300]),
    auditKeysPerPass: random.oneOf([1, 3, 1_000]),
    parking: { ...defaultSettings.parking, retries: random.oneOf([0, 1, 5]), atLeast: Number.POSITIVE_INFINITY },
  };
}
