/** Executes one intent: sends the command, performs the effect, or takes the run of a schedule. */
import type { EffectHandler } from "../../definition/effect.ts";
import type { AnyPolicy } from "../../definition/policy.ts";
import { validate } from "../../definition/schema.ts";
import { FoldstreamError, InvalidIntentError } from "../../errors.ts";
import type { Clock } from "../../port/environment.ts";
import type { Refused } from "../outcome.ts";
import type { Runtime } from "../runtime.ts";
import type { Cause, IntentChanges } from "./intent-changes.ts";
import type { Executable, StoredCommand, StoredEffect, StoredRun } from "./intent-table.ts";
import { type Done, done, type Failed, type Verdict, verdictOn } from "./verdict.ts";

export interface ExecutionSide {
  readonly policy: AnyPolicy;
  readonly changes: IntentChanges;
  readonly dispatch: Runtime["dispatch"];
  readonly handlers: ReadonlyMap<string, EffectHandler>;
  readonly clock: Clock;
  /** The longest chain of commands of policies. */
  readonly policyChain: number;
}

export class Execution {
  readonly #side: ExecutionSide;

  constructor(side: ExecutionSide) {
    this.#side = side;
  }

  /** Never rejects. `attempt` is 1 for the first. */
  async execute(intent: Executable, attempt: number): Promise<Verdict> {
    try {
      if (intent.kind === "run") return await this.#run(intent);
      this.#guard(intent);
      return intent.kind === "command" ? await this.#send(intent) : await this.#perform(intent, attempt);
    } catch (error) {
      return verdictOn(error);
    }
  }

  #guard({ chain, causationId }: StoredCommand | StoredEffect): void {
    const { policy, policyChain } = this.#side;
    if (chain <= policyChain) return;
    throw new FoldstreamError(
      "policy-loop",
      `policy "${policy.name}": ${chain} commands of policies led one to another, up to ${causationId}, which looks like a loop. ` +
        "End it in the domain, put a timer between, or raise settings.policyChain.",
    );
  }

  async #send(intent: StoredCommand): Promise<Verdict> {
    const { aggregate, id, command, data, commandId, causationId, correlationId, traceparent } = intent;
    const outcome = await this.#side.dispatch({
      ...{ aggregate, id, command, data, commandId, causationId, correlationId },
      ...(traceparent !== undefined && { traceparent }),
      principal: { id: `policy:${this.#side.policy.name}` },
    });
    return outcome.ok ? done() : this.#refused(intent, outcome);
  }

  async #refused(intent: StoredCommand, refused: Refused): Promise<Verdict> {
    if (refused.reason === "version-conflict") return failed("Other writers kept winning.", "for-good");
    if (refused.reason === "invalid")
      return failed(refused.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`).join("; "), "never");
    if (refused.reason === "command-id-reused")
      return failed(`The command id ${refused.commandId} belongs to another command.`, "never");
    const { aggregate, id, command, data } = intent;
    const { rejection } = refused;
    const then = this.#side.policy.onRejected?.({ command: { aggregate, id, command, data }, rejection });
    if (then === undefined) return failed(`${rejection.code}: ${rejection.message}`, "never");
    return done(await this.#side.changes.of(then, this.#afterRejection(intent)));
  }

  #afterRejection({ commandId, aggregate, id, chain, correlationId, traceparent }: StoredCommand): Cause {
    return {
      policy: this.#side.policy.name,
      place: `then/${commandId}`,
      id: `rejected:${commandId}`,
      chain: chain + 1,
      causationId: commandId,
      correlationId,
      ...(traceparent !== undefined && { traceparent }),
      at: this.#side.clock.now(),
      origin: "then",
      source: `${aggregate}-${id}`,
    };
  }

  async #perform({ effect, payload, ...traced }: StoredEffect, attempt: number): Promise<Done> {
    const handler = this.#side.handlers.get(effect);
    if (!handler) throw new InvalidIntentError(`effect "${effect}" is not declared any more.`);
    const validation = await validate(handler.effect.payload, payload);
    if (!validation.ok) throw new InvalidIntentError(`the payload of effect "${effect}" does not fit any more.`);
    await handler.perform(validation.value, {
      idempotencyKey: traced.commandId,
      attempt,
      policy: this.#side.policy.name,
      correlationId: traced.correlationId,
      wantedAt: new Date(traced.wantedAt).toISOString(),
    });
    return done();
  }

  async #run({ schedule: name, commandId }: StoredRun): Promise<Verdict> {
    const schedule = this.#side.policy.schedules?.[name];
    if (!schedule) return done();
    const at = commandId.slice(commandId.lastIndexOf("@") + 1);
    const then = await this.#side.changes.of(schedule.run({ at }), this.#causeOfRun(name, commandId, at));
    const nextAt = schedule.at.next(this.#side.clock.now());
    return { ...done(then), ...(nextAt !== undefined && { nextAt }) };
  }

  #causeOfRun(name: string, id: string, at: string): Cause {
    const policy = this.#side.policy.name;
    return { policy, place: id, id, chain: 1, causationId: id, at: Date.parse(at), origin: "run", source: name };
  }
}

function failed(error: string, retry: Failed["retry"]): Failed {
  return { kind: "failed", error, retry };
}
