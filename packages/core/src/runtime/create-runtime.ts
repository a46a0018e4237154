/** Puts a running application together: the domain, an engine, and the environment's time and chance. */
import type { App } from "../definition/app.ts";
import type { EffectHandler } from "../definition/effect.ts";
import type { AnyProjection } from "../definition/projection.ts";
import { StoppedError } from "../errors.ts";
import type { Engine } from "../port/engine.ts";
import type { Environment } from "../port/environment.ts";
import type { ReadModel } from "../port/read-model-store.ts";
import { auditLog, type LogAudit } from "./audit/audit-log.ts";
import { Auditor } from "./audit/auditor.ts";
import { BackgroundAudit } from "./audit/background-audit.ts";
import { repairing } from "./audit/repair.ts";
import type { AuditOptions, ReadModelAudit } from "./audit/report.ts";
import { unknown } from "./catalog.ts";
import { type CatchUpOptions, type CaughtUp, catchUp } from "./catch-up/catch-up.ts";
import { Commands } from "./command/command-runtime.ts";
import { LeaseKeepers } from "./lease/lease-keepers.ts";
import { type OperateStep, operate } from "./lease/operate.ts";
import type { RuntimeObserver } from "./observer.ts";
import type { QueryOutcome } from "./outcome.ts";
import {
  type ParkedFilter,
  type ParkedIn,
  ParkingDesk,
  type RedrivenIn,
  type RedriveOptions,
} from "./parking/parking-desk.ts";
import { type ParkedTarget, parkedTargets, redriveTargets } from "./policy/parked-lanes.ts";
import { type PolicyRunner, type PolicySide, policyRunner } from "./policy/policy-runner.ts";
import { EventPages } from "./projection/event-pages.ts";
import { Progress } from "./projection/progress.ts";
import { ProjectionRunner, type ProjectionSide } from "./projection/projection-runner.ts";
import { Queries } from "./query/queries.ts";
import { Builder } from "./rebuild/builder.ts";
import { KnownBuilds } from "./rebuild/known-builds.ts";
import { OwnBuilds } from "./rebuild/own-builds.ts";
import type { ReadModelBuilds } from "./rebuild/rebuild-types.ts";
import type { QueryOptions, Runtime } from "./runtime.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import { StatusLook } from "./status/consumer-status.ts";
import type { RuntimeStatus } from "./status/status.ts";
import { checkTargets } from "./targets/target-of.ts";
import { type Tracing, untraced } from "./tracing.ts";

export interface RuntimeOptions {
  readonly engine: Engine;
  readonly environment: Environment;
  readonly settings?: Partial<Settings>;
  readonly observer?: RuntimeObserver;
  /** Spans of commands, such as those of `@foldstream/opentelemetry`. */
  readonly tracing?: Tracing;
  /** How the effects of policies are performed; see `performs`. Needed where the runtime is started. */
  readonly effects?: readonly EffectHandler[];
}

const nothing = () => undefined;

/** Makes a runtime. Nothing runs before `start` (or `prepare`) but commands, which need neither. */
export function createRuntime<A extends App>(app: A, options: RuntimeOptions): Runtime<A> {
  return new AppRuntime(app, options) as unknown as Runtime<A>;
}

class AppRuntime implements Runtime {
  readonly app: App;
  readonly builds: ReadModelBuilds;
  readonly #engine: Engine;
  readonly #environment: Environment;
  readonly #commands: Commands;
  readonly #queries: Queries;
  readonly #auditor: Auditor;
  readonly #backgroundAudit: BackgroundAudit;
  readonly #projectionSide: ProjectionSide;
  readonly #policySide: PolicySide;
  readonly #projections: readonly ProjectionRunner[];
  readonly #policies: readonly PolicyRunner[];
  /** Those of projections and of policies. */
  readonly #runners: readonly ProjectionRunner[];
  readonly #keeper: LeaseKeepers;
  readonly #known: KnownBuilds;
  readonly #own: OwnBuilds;
  readonly #desk: ParkingDesk;
  readonly #progress = new Progress();
  /** Forgotten when it fails. */
  #prepared: Promise<void> | undefined;
  #started: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(app: App, { engine, environment, observer = {}, tracing = untraced, ...options }: RuntimeOptions) {
    const settings = { ...defaultSettings, ...options.settings };
    this.app = app;
    this.#engine = engine;
    this.#environment = environment;
    this.#commands = new Commands(app, { eventStore: engine.eventStore, environment, settings, observer, tracing });
    const { catalog } = this.#commands;
    checkTargets(
      engine.readModels,
      app.projections.map(({ name }) => name),
    );
    const pages = new EventPages(engine.eventFeed, catalog, settings.eventsPerStep);
    const progressed = (projection: string) => this.#progress.report(projection);
    const common = { feed: engine.eventFeed, target: engine.readModels, environment, settings, observer };
    const { leaseMs, pollMs } = settings;
    this.#known = new KnownBuilds(engine.readModels.builds, environment.clock, Math.min(pollMs, leaseMs / 3));
    this.#queries = new Queries({ ...common, catalog, known: this.#known, progress: this.#progress });
    this.#auditor = new Auditor({ catalog, modelOf: (projection) => this.#ownBuild(projection), ...common });
    this.#projectionSide = { pages, progressed, ...common };
    this.#projections = app.projections.map((projection) => new ProjectionRunner(projection, this.#projectionSide));
    this.#policySide = { ...this.#projectionSide, catalog, dispatch: this.dispatch, handlers: options.effects ?? [] };
    this.#policies = app.policies.map((policy) => policyRunner(policy, this.#policySide));
    this.#runners = [...this.#projections, ...this.#policies];
    const auditSide = { auditor: this.#auditor, environment, settings, observer };
    this.#backgroundAudit = new BackgroundAudit(this.#projections, auditSide);
    const { eventFeed: feed, readModels: target } = engine;
    this.#own = new OwnBuilds(this.#projections, this.#known, { feed, target, environment, leaseMs, observer });
    const beforeLook = () => this.#own.follow();
    const switched = () => this.#own.follow();
    const stopping = () => this.#stopped !== undefined;
    const desk = { ...this.#projectionSide, stopping };
    this.#desk = new ParkingDesk(this.#runners, (runner) => this.#modelsOf(runner), desk);
    this.builds = new Builder({ ...this.#projectionSide, catalog, projections: app.projections, stopping, switched });
    this.#keeper = new LeaseKeepers(this.#runners, target, { leaseMs, environment, observer, beforeLook });
  }

  execute: Runtime["execute"] = (aggregate, id, command, data, options) =>
    this.dispatch({ ...options, aggregate: aggregate.name, id, command, data });

  dispatch: Runtime["dispatch"] = (request) => this.#commands.dispatch(request);

  dispatchInOrder: Runtime["dispatchInOrder"] = (requests) => this.#commands.dispatchInOrder(requests);
  executeTogether: Runtime["executeTogether"] = (...commands) => this.#commands.executeTogether(...commands);

  readStream: Runtime["readStream"] = (...stream) => this.#commands.readStream(...stream);

  query: Runtime["query"] = (query, input, options) => this.ask(query.name, input, options) as never;

  async ask(name: string, input: unknown, options: QueryOptions = {}): Promise<QueryOutcome<unknown>> {
    if (this.#stopped) throw new StoppedError("The runtime");
    return this.#queries.ask(name, input, options);
  }

  onProgress(projections: readonly string[], listener: () => void): () => void {
    return this.#progress.listen(projections, listener);
  }

  async status(): Promise<RuntimeStatus> {
    const { eventFeed: feed, readModels: target } = this.#engine;
    const { leaseMs } = this.#projectionSide.settings;
    const side = { feed, target, known: this.#known, keeper: this.#keeper, environment: this.#environment, leaseMs };
    const look = await StatusLook.at(side, this.#runners);
    return {
      accepting: !this.#stopped,
      worker: this.#keeper.worker,
      projections: await Promise.all(this.#projections.map((runner) => look.projection(runner))),
      policies: await Promise.all(this.#policies.map((runner) => look.policy(runner))),
    };
  }

  async audit(options: AuditOptions = {}): Promise<readonly ReadModelAudit[]> {
    const audits: ReadModelAudit[] = [];
    for (const projection of this.#chosen(options)) audits.push(await this.#auditor.audit(projection, options));
    return audits;
  }

  auditLog({ signal }: Pick<AuditOptions, "signal"> = {}): Promise<LogAudit> {
    const { eventFeed: feed, eventStore: store } = this.#engine;
    const { eventsPerStep, auditKeysPerPass, auditFindings } = this.#projectionSide.settings;
    const sizes = { eventsPerPage: eventsPerStep, streamsPerPass: auditKeysPerPass, mostProblems: auditFindings };
    const afterPage = async () => {
      signal?.throwIfAborted();
      await new Promise<void>((resolve) => this.#environment.scheduler.soon(resolve));
    };
    return auditLog({ feed, store, ...sizes, afterPage });
  }

  async repair(options: AuditOptions = {}): Promise<readonly ReadModelAudit[]> {
    const side = { ...this.#projectionSide, stopping: () => this.#stopped !== undefined };
    const audits: ReadModelAudit[] = [];
    for (const projection of this.#chosen(options)) {
      const mend = (takeStep: OperateStep) => this.#auditor.audit(projection, options, repairing(takeStep));
      audits.push(await operate(projection, { ...side, model: await this.#ownBuild(projection) }, mend));
    }
    return audits;
  }

  async #ownBuild(projection: AnyProjection): Promise<ReadModel> {
    return (await this.#known.of(projection)).own;
  }

  /** What a process that works for a moment should look after. */
  async #modelsOf(runner: ProjectionRunner): Promise<readonly ReadModel[]> {
    if (!this.#projections.includes(runner)) return [runner.model];
    const { own, beside } = await this.#known.of(runner.projection);
    return [own, ...beside];
  }

  #chosen({ projections }: AuditOptions): readonly AnyProjection[] {
    const known = new Map(this.app.projections.map((projection) => [projection.name, projection]));
    const names = projections ?? [...known.keys()];
    return names.map((name) => known.get(name) ?? unknown("projection", name, known.keys()));
  }

  async parkedTargets(policy: string, { limit = 100 }: { limit?: number } = {}): Promise<readonly ParkedTarget[]> {
    return parkedTargets(this.#engine.readModels.reader(this.#policy(policy).model), limit);
  }

  async redriveTargets(policy: string, targets?: readonly string[]): Promise<number> {
    const { model, projection } = this.#policy(policy);
    const side = { ...this.#projectionSide, stopping: () => this.#stopped !== undefined };
    return operate(projection, side, (takeStep) => redriveTargets(this.#engine.readModels, model, targets, takeStep));
  }

  #policy(name: string): PolicyRunner {
    const names = this.app.policies.map((policy) => policy.name);
    return this.#policies[names.indexOf(name)] ?? unknown("policy", name, names);
  }

  parked(filter: ParkedFilter = {}): AsyncIterable<ParkedIn> {
    return this.#desk.parked(filter);
  }

  redrive(filter: ParkedFilter, options: RedriveOptions = {}): Promise<readonly RedrivenIn[]> {
    const work = this.#desk.redrive(filter, options);
    this.#commands.background.add(work.then(nothing, nothing));
    return work;
  }

  prepare(): Promise<void> {
    const preparing = this.#prepare();
    this.#prepared = preparing;
    preparing.catch(() => {
      if (this.#prepared === preparing) this.#prepared = undefined;
    });
    return preparing;
  }

  async #prepare(): Promise<void> {
    await this.#engine.readModels.prepare(this.#policies.map(({ model }) => model));
    await this.#own.prepare();
  }

  catchUp(options: CatchUpOptions = {}): Promise<CaughtUp> {
    const work = this.#catchUp(options);
    this.#commands.background.add(work.then(nothing, nothing));
    return work;
  }

  async #catchUp(options: CatchUpOptions): Promise<CaughtUp> {
    if (this.#stopped) throw new StoppedError("The runtime");
    const projections = this.#chosen(options).map(
      (projection) => new ProjectionRunner(projection, this.#projectionSide),
    );
    const names = options.policies ?? this.app.policies.map(({ name }) => name);
    const policies = names.map((name) => policyRunner(this.#policy(name).policy, this.#policySide));
    for (const policy of policies) policy.checkHandlers();
    await (this.#prepared ?? this.prepare());
    const runners = [...projections, ...policies];
    const stopping = () => this.#stopped !== undefined;
    return catchUp(
      { ...this.#projectionSide, runners, known: this.#known, progress: this.#progress, stopping },
      options,
    );
  }

  settled(): Promise<void> {
    return this.#commands.settled();
  }

  start(): Promise<void> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async #start(): Promise<void> {
    if (this.#stopped) throw new StoppedError("The runtime");
    for (const policy of this.#policies) policy.checkHandlers();
    await this.prepare();
    const partitions = await this.#engine.eventFeed.partitions();
    if (this.#stopped) return;
    this.#unsubscribe = this.#engine.eventFeed.subscribe((partition) => {
      for (const runner of this.#runners) runner.wake(partition);
    });
    for (const runner of this.#runners) runner.start(partitions);
    this.#keeper.start();
    this.#backgroundAudit.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await this.#commands.stop();
    await this.#started?.catch(() => undefined);
    this.#unsubscribe?.();
    await this.#backgroundAudit.stop();
    await this.#keeper.stop();
    await this.#own.stop();
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    await this.#keeper.giveBack();
    await this.settled();
  }
}
