/** Whether all that policies want is done, once in effect and in order, or still waits in their tables; and nothing else was done (G10). */
import type { App } from "../../definition/app.ts";
import { policyTable } from "../../definition/app.ts";
import type { RecordedEvent } from "../../definition/event.ts";
import type { AnyPolicy } from "../../definition/policy.ts";
import type { Rejection } from "../../definition/rejection.ts";
import type { MemoryLog } from "../../memory/memory-log.ts";
import type { Row } from "../../port/read-model-store.ts";
import { streamName } from "../../runtime/catalog.ts";
import { canonicalJson } from "../../runtime/json.ts";
import { lateMs } from "./calls.ts";
import type { Sent } from "./check-commands.ts";
import type { Ledger } from "./ledger.ts";
import type { PerformedEffect } from "./performed-effects.ts";
import type { Violation } from "./violation.ts";
import { afterRejection, commandOf, dueAt, effectOf, type WantedIntent } from "./wanted-intents.ts";

export interface PolicyTruth {
  readonly app: App;
  readonly log: MemoryLog;
  readonly ledger: Ledger;
  /** All that follows from the log's events. */
  readonly wanted: readonly WantedIntent[];
  /** The same, with what could follow from rejections: of several for one command, one has counted. */
  readonly possible: readonly WantedIntent[];
  readonly rejections: ReadonlyMap<string, readonly Rejection[]>;
  readonly performed: readonly PerformedEffect[];
  /** When each command was decided: ISO 8601. */
  readonly decided: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether clocks went steadily, so that times can be compared. */
  readonly steadyClocks: boolean;
  /** Whether processes may have stood still in the midst of what they did. */
  readonly pauses: boolean;
}

/** What has been begun when its timer is cancelled may still be done, for so long: also by an engine that is late with it. */
const tooLateMs = 100 + lateMs;

export function checkPolicies(truth: PolicyTruth): Violation[] {
  const check = new PolicyCheck(truth);
  for (const wanted of truth.wanted) check.isDone(wanted);
  check.nothingElse();
  for (const policy of truth.app.policies) check.order(policy);
  return check.violations;
}

class PolicyCheck {
  readonly violations: Violation[] = [];
  readonly #truth: PolicyTruth;
  readonly #performed: ReadonlyMap<string, PerformedEffect>;
  readonly #waiting: ReadonlySet<string>;

  constructor(truth: PolicyTruth) {
    this.#truth = truth;
    this.#performed = new Map(truth.performed.map((effect) => [effect.key, effect]));
    this.#waiting = new Set(truth.app.policies.flatMap((policy) => this.#waitingOf(policy)));
  }

  isDone(wanted: WantedIntent): void {
    const { commandId, intent } = wanted;
    if (this.#isTakenIn(wanted) && !this.#isAccountedFor(wanted))
      this.#found(`${commandId} was never done: ${JSON.stringify(intent)}`);
    const cancelledAt = this.#truth.pauses ? undefined : this.#cancelledAt(wanted);
    if ((this.#truth.ledger.appendedAt.get(commandId) ?? 0) > (cancelledAt ?? Number.POSITIVE_INFINITY) + tooLateMs)
      this.#found(`${commandId} was done although its timer had been cancelled`);
    const due = dueAt(wanted) ?? 0;
    const times = [...(this.#truth.decided.get(commandId) ?? [])].map((time) => Date.parse(time));
    if (this.#truth.steadyClocks && Math.min(...times) < due) this.#found(`${commandId} was done before it was due`);
  }

  /** Timers come due to the very end, and what follows from their events may come after that. */
  #isTakenIn({ policy, event }: WantedIntent): boolean {
    const table = this.#truth.ledger.live(policyTable(policy.name));
    return event !== undefined && event.position <= (table?.checkpoint(event.partition) ?? 0);
  }

  /** Done, waiting, replaced, or rejected with all that follows from that. */
  #isAccountedFor(wanted: WantedIntent): boolean {
    const { commandId, intent } = wanted;
    if (intent.kind === "cancel" || this.#isMade(wanted) || this.#waiting.has(commandId)) return true;
    const rejections = this.#truth.rejections.get(commandId) ?? [];
    return (
      this.#isReplaced(wanted) ||
      rejections.some((rejection) => afterRejection(wanted, rejection)?.every((then) => this.#isAccountedFor(then)))
    );
  }

  /** When the policy took in the event that cancels the timer, if that is the next one about it, of the same partition. */
  #cancelledAt({ policy, intent, event, commandId }: WantedIntent): number | undefined {
    if (intent.kind !== "timer" || !event) return undefined;
    const ofName = this.#truth.wanted.filter(
      (other) =>
        other.policy === policy &&
        other.event?.partition === event.partition &&
        "name" in other.intent &&
        other.intent.name === intent.name,
    );
    const next = ofName[ofName.findIndex((other) => other.commandId === commandId) + 1];
    const steps = this.#truth.ledger.live(policyTable(policy.name))?.happened ?? [];
    if (next?.intent.kind !== "cancel" || steps.some((step) => "parked" in step && step.parked.length > 0))
      return undefined;
    const { partition, position } = next.event as RecordedEvent;
    const taken = steps.find((step) => "at" in step && step.partition === partition && step.to >= position);
    return taken && "at" in taken ? taken.at : undefined;
  }

  #isMade(wanted: WantedIntent): boolean {
    return this.#versionOf(wanted) !== undefined || this.#performed.has(wanted.commandId);
  }

  /** Effects may be performed twice, under the same key and with the same payload. */
  nothingElse(): void {
    const ids = Map.groupBy(this.#truth.possible, ({ commandId }) => commandId);
    for (const { key, effect, payload } of this.#truth.performed) {
      const possible = (ids.get(key) ?? []).map((wanted) => canonicalJson(effectOf(wanted) ?? null));
      if (!possible.includes(canonicalJson({ kind: "effect", effect, payload })))
        this.#found(
          `${effect} ${JSON.stringify(payload)} was performed as ${key}, which wants ${possible.join(" or ") || "nothing"}`,
        );
    }
    for (const { commandId, stream } of this.#truth.log.receipts)
      if (commandId.startsWith("policy:") && !ids.has(commandId))
        this.#found(`${commandId} on ${stream} was not wanted`);
  }

  /** What follows from one stream for one target is done in the order of its events. */
  order(policy: AnyPolicy): void {
    const own = this.#truth.wanted.filter((wanted) => wanted.policy === policy && wanted.event);
    const first = new Map(this.#truth.performed.map(({ key }, index) => [key, index] as const).reverse());
    for (const lane of Map.groupBy(own, laneOf).values()) {
      const places = lane.map((wanted) => ({ wanted, at: first.get(wanted.commandId) ?? this.#versionOf(wanted) }));
      const done = places.filter(({ at }) => at !== undefined);
      for (const [index, { wanted, at }] of done.entries()) {
        const before = done[index - 1];
        if (before && (before.at as number) > (at as number))
          this.#found(`${wanted.commandId} was done before ${before.wanted.commandId}`);
      }
    }
  }

  /** By another event that sets or cancels the timer of the same name. */
  #isReplaced({ policy, intent, commandId }: WantedIntent): boolean {
    if (intent.kind !== "timer") return false;
    return this.#truth.wanted.some(
      (other) =>
        other.policy === policy &&
        other.commandId !== commandId &&
        "name" in other.intent &&
        other.intent.name === intent.name,
    );
  }

  #versionOf(wanted: WantedIntent): number | undefined {
    const command = commandOf(wanted);
    const stream = command && this.#truth.log.find(streamName(command.aggregate, command.id));
    return stream?.receipts.get(wanted.commandId)?.version;
  }

  #waitingOf({ name }: AnyPolicy): string[] {
    const rows: Iterable<Row> = this.#truth.ledger.live(policyTable(name))?.rows.values() ?? [];
    return [...rows].flatMap(({ intent }) => (intent as { commandId?: string } | null)?.commandId ?? []);
  }

  #found(message: string): void {
    this.violations.push({ guarantee: "G10", message });
  }
}

/** Timers are done when they are due, whatever else is wanted. */
function laneOf({ intent, event, commandId }: WantedIntent): string {
  const from = event?.stream.name;
  if (intent.kind === "command") return `${from} to ${streamName(intent.aggregate, intent.id)}`;
  return intent.kind === "effect" ? `${from} ${intent.effect}` : commandId;
}

/** All that follows from the log's events, and could follow from what was rejected of that. */
export function withCompensation(
  wanted: readonly WantedIntent[],
  rejections: ReadonlyMap<string, readonly Rejection[]>,
): WantedIntent[] {
  const all = [...wanted];
  for (const one of all)
    if (commandOf(one))
      for (const rejection of rejections.get(one.commandId) ?? []) all.push(...(afterRejection(one, rejection) ?? []));
  return all;
}

/** The commands among what policies want. */
export function sentBy({ possible }: PolicyTruth): Sent[] {
  return possible.flatMap((wanted): Sent[] => {
    const command = commandOf(wanted);
    if (!command) return [];
    const { commandId } = wanted;
    return [{ step: { commandId, commands: [command] }, streams: [streamName(command.aggregate, command.id)] }];
  });
}
