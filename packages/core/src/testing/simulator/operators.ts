/** Operators: what each does is a process of its own, as a command of the CLI is, and may die on the way. */
import { isFoldstreamError } from "../../errors.ts";
import { createRuntime } from "../../runtime/create-runtime.ts";
import type { RedrivenIn } from "../../runtime/parking/parking-desk.ts";
import { readModelOf } from "../../runtime/projection/fold.ts";
import { chooseBuilds } from "../../runtime/rebuild/choose-builds.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Settings } from "../../runtime/settings.ts";
import { type CallSide, Calls } from "./calls.ts";
import type { HeardAudit } from "./check-audits.ts";
import { damage } from "./damage.ts";
import type { BuildHistory, Ledger } from "./ledger.ts";
import type { Releases } from "./releases.ts";
import type { DamageStep, UpkeepStep } from "./schedule.ts";
import type { SimulatedEngine } from "./simulated-engine.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import type { Trace } from "./trace.ts";
import type { Violation } from "./violation.ts";

export interface OperatorSide extends CallSide {
  readonly releases: Releases;
  readonly engine: SimulatedEngine;
  readonly settings: Partial<Settings>;
  readonly ledger: Ledger;
  readonly trace: Trace;
}

type Work = Pick<UpkeepStep, "kind" | "projection" | "serves">;

/** Others may take over what an operator works on, and the engine may fail it. */
const expectedCodes = ["store-failure", "lease-lost", "stopped", "unknown-build", "build-changed", "not-caught-up"];

/** Servers that come back may take over what is being tidied up. */
const retryMs = 100;

const mostTries = 4;
const mostAtOnce = 3;

const latestPauseMs = 80;
const longestPauseMs = 1_000;

export class Operators {
  readonly audits: HeardAudit[] = [];
  /** What threw although it should not have. */
  readonly surprises: string[] = [];
  /** What was wrong with the log. */
  readonly violations: Violation[] = [];
  readonly #side: OperatorSide;
  /** Begun, or about to begin. */
  #busy = 0;

  constructor(side: OperatorSide) {
    this.#side = side;
  }

  /** Whether nobody is at work. */
  get idle(): boolean {
    return this.#busy === 0;
  }

  take(step: UpkeepStep | DamageStep): void {
    if (step.kind === "damage") void this.#damage(step);
    else for (const name of step.twice ? [step.name, `${step.name} too`] : [step.name]) this.#begin(name, step);
  }

  /** Several redrive at about the same time what has been parked until now. */
  maintain(): void {
    const { time, chance } = this.#side;
    for (let index = 1; index <= mostAtOnce; index++) {
      const name = `redriver ${index}`;
      if (chance.of(`absence of ${name}`) < 0.5) continue;
      this.#busy++;
      time.after(latestPauseMs * chance.of(`begin of ${name}`), () => {
        this.#busy--;
        this.#begin(name, { kind: "redrive", projection: "all" });
      });
    }
  }

  #begin(name: string, work: Work, attempt = 1): void {
    const { kind, projection } = work;
    this.#side.trace.add(name, kind === "redrive" ? "redrive" : `${kind} ${projection}`);
    const again = (error: unknown) => {
      if (attempt < mostTries && !isCode(error, "unknown-build")) this.#begin(name, work, attempt + 1);
    };
    this.#alone(`${name} try ${attempt}`, (runtime) => this.#upkeep(runtime, work)).catch(again);
  }

  /** Redrives and repairs, until nothing is parked or damaged. Resolves with what cannot be. */
  async tidyUp(): Promise<readonly Violation[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#alone(`tidy ${attempt}`, (runtime) => this.#tidyUp(runtime));
      } catch {
        await new Promise<void>((resolve) => void this.#side.time.after(retryMs, resolve));
      }
    }
  }

  /** Rejects when it fails; stays open for ever when it dies. */
  #alone<T>(name: string, work: (runtime: Runtime) => Promise<T>): Promise<T> {
    const { releases, engine, settings, time, chance, trace, faults } = this.#side;
    const process = new SimulatedProcess(name, time, chance);
    const { newest: app } = releases;
    const seen = engine.seenBy(new Calls(process, this.#side), app);
    const runtime = createRuntime(app, { engine: seen, environment: process.environment, settings });
    this.#busy++;
    process.onKill(() => {
      this.#busy--;
      trace.add(name, "is gone");
    });
    if (faults.strike(name, "pause")) this.#pause(process);
    return runtime
      .prepare()
      .then(() => work(runtime))
      .catch((error: unknown) => {
        trace.add(name, `failed: ${error instanceof Error ? error.message : error}`);
        if (!isCode(error, ...expectedCodes)) this.surprises.push(`operator ${name} was told ${error}`);
        throw error;
      })
      .finally(() => process.kill());
  }

  /** In the midst of its work. */
  #pause(process: SimulatedProcess): void {
    const { time, chance } = this.#side;
    const drawn = (what: string) => chance.of(`${what} of the pause of ${process.name}`);
    time.after(latestPauseMs * drawn("begin"), () => process.pause());
    time.after(latestPauseMs + longestPauseMs * drawn("end"), () => process.resume());
  }

  async #upkeep(runtime: Runtime, { kind, projection, serves = true }: Work): Promise<void> {
    if (kind === "redrive") await this.#redrive(runtime);
    else if (kind === "audit" || kind === "repair") await this.#audit(runtime, projection, kind);
    else if (kind === "rebuild") await runtime.builds.rebuild(projection, { switch: serves });
    else await runtime.builds[kind](projection);
  }

  async #redrive(runtime: Runtime): Promise<readonly RedrivenIn[]> {
    for (const { name } of runtime.app.policies) await runtime.redriveTargets(name);
    return runtime.redrive({});
  }

  /** Repairs tell the same as audits do. */
  async #audit(runtime: Runtime, projection: string, kind: "audit" | "repair") {
    const { ledger } = this.#side;
    const { buildChanges } = ledger;
    this.violations.push(...(await this.#auditLog(runtime)));
    const history = await this.#audited(runtime, projection);
    const from = history?.moment ?? 0;
    const [audit] = await runtime[kind]({ projections: [projection] });
    const sameBuild = buildChanges === ledger.buildChanges;
    if (audit && history && sameBuild) this.audits.push({ audit, history, from, to: history.moment });
    const drifted = audit?.drifted.map(({ key, kind: drift }) => `${key} is ${drift}`).join(", ");
    this.#side.trace.add(kind, `of ${projection} finds ${drifted || audit?.problem || "nothing"}`);
    return drifted;
  }

  /** The build that the operator's release works on. */
  /** The log is sound, whatever happens around it. */
  async #auditLog(runtime: Runtime): Promise<readonly Violation[]> {
    const { problems } = await runtime.auditLog();
    return problems.map((found) => ({ guarantee: "G8", message: `an audit of the log finds that ${found}` }));
  }

  async #audited({ app }: Runtime, name: string): Promise<BuildHistory | undefined> {
    const { engine, ledger } = this.#side;
    const declared = app.projections.find((projection) => projection.name === name);
    const builds = await engine.backDoor.builds.list(name);
    return declared && ledger.find(chooseBuilds(readModelOf(declared), builds).own);
  }

  async #tidyUp(runtime: Runtime): Promise<readonly Violation[]> {
    const names = runtime.app.projections.map(({ name }) => name);
    for (const { name, version } of runtime.app.projections)
      if (this.#side.ledger.live(name)?.model.version !== version) await runtime.builds.rebuild(name, { switch: true });
    const drifting: Violation[] = [];
    for (const name of names) drifting.push(...(await this.#mend(runtime, name)));
    const redriven = await this.#redrive(runtime);
    for (const name of new Set(redriven.map(({ projection }) => projection)))
      if (names.includes(name)) await this.#audit(runtime, name, "audit");
    const parked = redriven.flatMap(({ projection, stream, failed }): Violation[] => {
      if (!failed) return [];
      const message = `${projection} parks ${stream}@${failed.version} without faults: ${failed.error.message}`;
      return [{ guarantee: "G5", message }];
    });
    return [...parked, ...drifting];
  }

  async #mend(runtime: Runtime, name: string): Promise<readonly Violation[]> {
    if (!(await this.#audit(runtime, name, "audit"))) return [];
    await this.#audit(runtime, name, "repair");
    const drifted = await this.#audit(runtime, name, "audit");
    return drifted ? [{ guarantee: "G8", message: `${name} still drifts after it was repaired: ${drifted}` }] : [];
  }

  async #damage({ name, projection }: DamageStep): Promise<void> {
    const { engine, ledger, chance } = this.#side;
    const random = chance.sequence(`damage by ${name}`);
    const live = ledger.live(projection)?.model;
    if (live) await damage({ target: engine.backDoor, ledger, random }, live);
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return isFoldstreamError(error) && codes.includes(error.code);
}
