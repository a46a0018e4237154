/** Runs one policy: a projection into its table of intents, and the deliverers that have them done, under the same lease. */
import type { EffectHandler } from "../../definition/effect.ts";
import type { AnyPolicy } from "../../definition/policy.ts";
import type { AnyProjection } from "../../definition/projection.ts";
import { DefinitionError } from "../../errors.ts";
import type { Catalog } from "../catalog.ts";
import { ProjectionRunner, type ProjectionSide } from "../projection/projection-runner.ts";
import type { Runtime } from "../runtime.ts";
import type { PolicyStatus, ProjectionStatus } from "../status/status.ts";
import { Deliverer } from "./deliverer.ts";
import { Execution } from "./execution.ts";
import { IntentChanges } from "./intent-changes.ts";
import { IntentSteps } from "./intent-steps.ts";
import { type IntentKind, intentKinds, queues } from "./intent-table.ts";
import { policyProjection } from "./policy-projection.ts";

export interface PolicySide extends ProjectionSide {
  readonly catalog: Catalog;
  readonly dispatch: Runtime["dispatch"];
  readonly handlers: readonly EffectHandler[];
}

export class PolicyRunner extends ProjectionRunner {
  readonly policy: AnyPolicy;
  readonly #deliverers: readonly Deliverer[];
  readonly #side: PolicySide;

  constructor(policy: AnyPolicy, projection: AnyProjection, deliverers: readonly Deliverer[], side: PolicySide) {
    super(projection, side);
    this.policy = policy;
    this.#deliverers = deliverers;
    this.#side = side;
  }

  override start(partitions: readonly string[]): void {
    super.start(partitions);
    for (const deliverer of this.#deliverers) deliverer.start();
  }

  /** @throws DefinitionError when nothing says how one of its effects is performed. */
  checkHandlers(): void {
    const known = this.#side.handlers.map(({ effect }) => effect);
    const missing = (this.policy.effects ?? []).find((effect) => !known.includes(effect));
    if (!missing) return;
    throw new DefinitionError(
      `policy "${this.policy.name}": nothing says how effect "${missing.name}" is performed. ` +
        `Pass createRuntime(app, { effects: [performs(${missing.name}, ...)] }).`,
    );
  }

  override hold(epoch: number): void {
    super.hold(epoch);
    for (const deliverer of this.#deliverers) deliverer.wake();
  }

  override async stop(): Promise<void> {
    await Promise.all(this.#deliverers.map((deliverer) => deliverer.stop()));
    await super.stop();
  }

  override state(): Pick<ProjectionStatus, "state" | "error"> {
    const own = super.state();
    const failure = this.#deliverers.map((deliverer) => deliverer.failure).find((one) => one !== undefined);
    if (failure === undefined || own.state === "stopped" || own.state === "elsewhere") return own;
    return { state: "failing", error: failure instanceof Error ? failure.message : String(failure) };
  }

  /** Whether something that it wants is due, whichever process works on it. */
  async isDue(): Promise<boolean> {
    const due = await Promise.all(this.#deliverers.map((deliverer) => deliverer.isDue()));
    return due.includes(true);
  }

  /** What is written down and not done yet. */
  async counts(): Promise<Pick<PolicyStatus, "waiting" | "timers" | "failing" | "parked">> {
    const reader = this.#side.target.reader(this.model);
    const count = async (names: readonly string[]) => {
      const counts = await Promise.all(names.map((queue) => reader.count({ queue })));
      return counts.reduce((sum, one) => sum + one, 0);
    };
    const [waiting, timers, failing, parked] = await Promise.all([
      count(intentKinds.map(queues.ready)),
      count([queues.timer]),
      count(intentKinds.map(queues.failing)),
      count(intentKinds.map(queues.parked)),
    ]);
    return { waiting, timers, failing, parked };
  }
}

export function policyRunner(policy: AnyPolicy, side: PolicySide): PolicyRunner {
  const { catalog, target, environment, settings, observer, dispatch } = side;
  const deliverers: Deliverer[] = [];
  const changes = new IntentChanges(catalog, policy.effects ?? []);
  const projection = policyProjection(policy, changes, () => {
    for (const deliverer of deliverers) deliverer.wake();
  });
  const runner = new PolicyRunner(policy, projection as unknown as AnyProjection, deliverers, side);
  const handlers = new Map(side.handlers.map((handler) => [handler.effect.name, handler]));
  const execution = new Execution({
    ...{ policy, changes, dispatch, handlers },
    clock: environment.clock,
    policyChain: settings.policyChain,
  });
  for (const kind of kindsOf(policy)) {
    const steps = new IntentSteps(target, runner.model, kind);
    const deliverer = new Deliverer(kind, {
      ...{ policy, steps, execution, environment, settings },
      inTurn: (step) => (runner.isAtWork ? runner.inTurn(step) : Promise.resolve()),
      lost: ({ epoch }) => runner.lose(epoch),
      failed: (error, attempt) => observer.stepFailed?.({ projection: projection.name, error, attempt }),
    });
    deliverers.push(deliverer);
  }
  return runner;
}

function kindsOf({ effects = [] }: AnyPolicy): readonly IntentKind[] {
  return effects.length > 0 ? intentKinds : ["command"];
}
