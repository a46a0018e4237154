/** One run of a schedule: the steps with their faults, then quiet, then everything is checked. */
import type { App } from "../../definition/app.ts";
import type { Rejection } from "../../definition/rejection.ts";
import type { ReadModel, Row } from "../../port/read-model-store.ts";
import { Chance } from "./chance.ts";
import { checkAudits } from "./check-audits.ts";
import { checkCommands } from "./check-commands.ts";
import { checkPolicies, type PolicyTruth, sentBy, withCompensation } from "./check-policies.ts";
import { checkQueries } from "./check-queries.ts";
import { checkReadModels } from "./check-read-models.ts";
import { checkReads } from "./check-reads.ts";
import { Clients } from "./clients.ts";
import { Faults, faultsOfCalls } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Operators } from "./operators.ts";
import { PerformedEffects } from "./performed-effects.ts";
import { Poison } from "./poison.ts";
import { Reference } from "./reference.ts";
import { Releases } from "./releases.ts";
import { Rest } from "./rest.ts";
import type { OperatorStep, ReleaseStep, Schedule, Step } from "./schedule.ts";
import { Server } from "./server.ts";
import { SimulatedEngine, type SimulatedEngineOptions } from "./simulated-engine.ts";
import { simulatedSettings } from "./simulated-settings.ts";
import { Trace } from "./trace.ts";
import type { Violation } from "./violation.ts";
import { VirtualTime } from "./virtual-time.ts";
import { wantedIntents } from "./wanted-intents.ts";

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

/** For timers that come due. */
const timersMs = 1_000;

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
  readonly #releases: Releases;
  readonly #world: PerformedEffects;
  readonly #engine: SimulatedEngine;
  readonly #servers: readonly Server[];
  readonly #clients: Clients;
  readonly #operators: Operators;
  readonly #rest: Rest;
  /** Times at which each command was decided. */
  readonly #decided = new Map<string, Set<string>>();
  readonly #rejections = new Map<string, Rejection[]>();
  readonly #violations: Violation[] = [];
  #stepped = 0;

  constructor(app: App, schedule: Schedule) {
    const { seed, servers, partitions, rates, only } = schedule;
    const chance = new Chance(seed);
    const time = new VirtualTime(chance);
    const trace = new Trace(time);
    const faults = new Faults(chance, rates, trace, only);
    const ledger = new Ledger(trace, time);
    const takeOverAtStart = chance.of("take over at start") < 0.5;
    const ways = { chance, time, faults };
    const onRead: SimulatedEngineOptions["onRead"] = (asked, model, rows) => this.#noteRead(asked, model, rows);
    const engine = new SimulatedEngine({ ...ways, partitions, takeOverAtStart, ledger, onRead });
    const releases = new Releases(app, {
      poison: new Poison(ways),
      decided: (commandId, now) => this.#noteDecision(commandId, now),
      rejected: (commandId, rejection) => this.#noteRejection(commandId, rejection),
    });
    const world = new PerformedEffects(trace);
    const side = { ...ways, trace, engine };
    const settings = simulatedSettings(chance);
    this.#app = app;
    this.#schedule = schedule;
    this.#time = time;
    this.#trace = trace;
    this.#faults = faults;
    this.#ledger = ledger;
    this.#releases = releases;
    this.#world = world;
    this.#engine = engine;
    this.#servers = Array.from(
      { length: servers },
      (_, index) => new Server(`s${index + 1}`, { ...side, releases, settings, world }),
    );
    this.#clients = new Clients({ ...side, servers: this.#servers });
    this.#operators = new Operators({ ...side, releases, settings, ledger });
    this.#rest = new Rest({ log: engine.log, ledger, releases, servers: this.#servers });
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
    else if (step.kind === "release") this.#release(step);
    else if ("projection" in step) this.#operators.take(step);
    else this.#operate(step);
  }

  #operate({ kind, server: index, ms }: OperatorStep): void {
    const server = this.#servers[index] as Server;
    this.#trace.add("operator", `${kind} ${kind === "powerCut" ? "all" : server.name} ${ms} ms`);
    if (kind === "powerCut") for (const each of this.#servers) each.crash(ms);
    else server[kind](ms);
  }

  #release({ projection }: ReleaseStep): void {
    this.#trace.add("operator", `releases ${projection} anew`);
    this.#releases.raise(projection);
  }

  /** Ends the faults, and gives everything time to get where it should be. Servers that are away or paused come back when it is time. */
  async #quieten(): Promise<void> {
    this.#trace.add("operator", "ends the faults, but for poison");
    this.#faults.endAllBut("lostWakeUp", "poison");
    for (const server of this.#servers) server.update();
    await this.#reach("every command is answered", "G10", () => this.#clients.done);
    await this.#reach("every read model has caught up", "G4", () => this.#rest.caughtUp());
    this.#trace.add("operator", "ends the poison");
    this.#faults.endAllBut("lostWakeUp", ...faultsOfCalls, "pause");
    this.#operators.maintain();
    await this.#time.until(() => this.#operators.idle, maintenanceMs);
    await this.#tidyUp();
    await this.#time.until(() => !this.#rest.timersAreDueIn(timersMs), timersMs);
    await this.#reach("what policies want is done", "G10", () => this.#rest.caughtUp() && this.#rest.intentsAreDone());
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

  async #check(): Promise<void> {
    const { submissions, questions } = this.#clients;
    const { audits } = this.#operators;
    const surprises = [...this.#clients.surprises, ...this.#operators.surprises];
    const truth = { app: this.#app, log: this.#engine.log, ledger: this.#ledger };
    const policies = this.#policyTruth();
    const found = [
      ...surprises.map((message): Violation => ({ guarantee: "G10", message })),
      ...(await checkCommands({ ...truth, submissions, ofPolicies: sentBy(policies), decided: this.#decided })),
      ...(await checkReadModels({ ...truth, target: this.#engine.target })),
      ...(await checkQueries([...questions.values()], this.#engine.feed)),
      ...checkReads({ ...truth, questions: [...questions.values()] }),
      ...checkAudits({ ...truth, audits }),
      ...checkPolicies(policies),
      ...this.#operators.violations,
      ...this.#ledger.violations,
    ];
    this.#violations.unshift(...found);
  }

  #policyTruth(): PolicyTruth {
    const { log } = this.#engine;
    const reference = new Reference(this.#app, log);
    const wanted = this.#app.policies.flatMap((policy) => wantedIntents(policy, log, reference));
    return {
      ...{ app: this.#app, log, ledger: this.#ledger, wanted, decided: this.#decided, rejections: this.#rejections },
      possible: withCompensation(wanted, this.#rejections),
      performed: this.#world.all,
      steadyClocks: !this.#schedule.steps.some(({ kind }) => kind === "clockJump"),
      pauses: this.#schedule.rates.pause > 0,
    };
  }

  #noteDecision(commandId: string, now: string): void {
    const times = this.#decided.get(commandId) ?? new Set();
    this.#decided.set(commandId, times.add(now));
  }

  #noteRejection(commandId: string, rejection: Rejection): void {
    this.#rejections.set(commandId, [...(this.#rejections.get(commandId) ?? []), rejection]);
  }

  #noteRead(query: string, model: ReadModel, rows: readonly Row[]): void {
    const history = this.#ledger.find(model);
    if (!history) return;
    const partitions = [...this.#engine.log.partitions.keys()];
    const reached = new Map(partitions.map((partition) => [partition, history.checkpoint(partition)]));
    const live = this.#ledger.live(model.name);
    const isBehind = partitions.some((partition) => history.checkpoint(partition) < (live?.checkpoint(partition) ?? 0));
    const served = history.state !== "new" || !isBehind;
    this.#clients.questions.get(query)?.reads.push({ history, moment: history.moment, served, rows, reached });
  }
}
