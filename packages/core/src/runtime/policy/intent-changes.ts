/** Turns what a policy wants into changes of its table, and refuses what the app does not have. */
import type { Effect } from "../../definition/effect.ts";
import type { CommandIntent, Due, EffectIntent, Intent, Intents, TimerIntent } from "../../definition/intent.ts";
import { type Schema, validate } from "../../definition/schema.ts";
import { InvalidIntentError } from "../../errors.ts";
import { type Catalog, streamName } from "../catalog.ts";
import { streamIdProblem } from "../command/execute.ts";
import { jsonProblem } from "../json.ts";
import {
  type IntentRow,
  intentRow,
  type Moment,
  queues,
  type RowChange,
  type StoredCancel,
  type StoredCommand,
  type StoredTimer,
  timerKey,
} from "./intent-table.ts";

/** Where intents come from: an event, a run of a schedule, or a rejection. Timers are reckoned from `at`. */
export interface Cause extends Moment {
  readonly policy: string;
  /** Unique to it, and in order for causes of one partition. */
  readonly place: string;
  /** Unique to it, and the same whenever it is handled again. */
  readonly id: string;
  readonly chain: number;
  readonly causationId: string;
  /** Absent: each intent begins something new. */
  readonly correlationId?: string;
  readonly traceparent?: string;
  /** Effects of one kind that come from it are performed in order. */
  readonly source: string;
}

/** How long a cancelled timer is remembered. */
const cancelledKeptMs = 24 * 3_600_000;

const longestName = 200;

export class IntentChanges {
  readonly #catalog: Catalog;
  readonly #effects: ReadonlyMap<string, Effect>;

  constructor(catalog: Catalog, effects: readonly Effect[]) {
    this.#catalog = catalog;
    this.#effects = new Map(effects.map((effect) => [effect.name, effect]));
  }

  /** @throws InvalidIntentError */
  async of(intents: Intents, cause: Cause): Promise<RowChange[]> {
    const list: readonly Intent[] = Array.isArray(intents) ? intents : [intents];
    const changes: RowChange[] = [];
    for (const [index, intent] of list.entries()) changes.push(await this.#change(intent, cause, index));
    return changes.map((change) => (cause.position === undefined ? change : { ...change, position: cause.position }));
  }

  async #change(intent: Intent, cause: Cause, index: number): Promise<RowChange> {
    const key = `${cause.place}/${String(index).padStart(4, "0")}`;
    switch (intent?.kind) {
      case "command":
        return { key, change: await this.#command(key, intent, cause, index) };
      case "effect":
        return { key, change: await this.#effect(key, intent, cause, index) };
      case "timer":
        return this.#timer(intent, cause, index);
      case "cancel":
        return cancelling(checkedName(intent.name), cause);
      default:
        throw new InvalidIntentError(
          `expected what send, timer, cancel or perform return, or a list of it; found ${JSON.stringify(intent)}.`,
        );
    }
  }

  async #command(key: string, intent: CommandIntent, cause: Cause, index: number): Promise<() => IntentRow> {
    const { kind, aggregate, id, command, data } = intent;
    const known = this.#catalog.aggregate(aggregate).commands.get(command);
    if (!known) throw new InvalidIntentError(`aggregate "${aggregate}" has no command "${command}".`);
    const problem = streamIdProblem(id);
    if (problem) throw new InvalidIntentError(`command "${aggregate}.${command}": ${problem}`);
    await check(known.schema, data, `command "${aggregate}.${command}"`);
    const stored: StoredCommand = { kind, ...traced(cause, cause.chain, index), aggregate, id, command, data };
    const row = intentRow(key, `command/${streamName(aggregate, id)}`, `${aggregate}.${command}`, stored);
    return () => row;
  }

  async #effect(key: string, { kind, effect, payload }: EffectIntent, cause: Cause, index: number) {
    const known = this.#effects.get(effect);
    if (!known)
      throw new InvalidIntentError(
        `effect "${effect}" is not among the policy's effects. Add it: effects: [${effect}].`,
      );
    await check(known.payload, payload, `effect "${effect}"`);
    const stored = { kind, ...traced(cause, cause.chain, index), effect, payload, wantedAt: cause.at };
    const row = intentRow(key, `effect/${effect}/${cause.source}`, effect, stored);
    return () => row;
  }

  /** A timer ends a chain: what comes later is no tight loop. */
  async #timer({ name, due, command }: TimerIntent, cause: Cause, index: number): Promise<RowChange> {
    const key = timerKey(checkedName(name));
    const make = await this.#command(key, command, { ...cause, chain: 0 }, index);
    const made = make();
    const intent: StoredTimer = { ...(made.intent as StoredCommand), set: momentOf(cause) };
    const row = { ...made, queue: queues.timer, dueAt: dueAt(due, cause.at, name), intent };
    return { key, change: (current) => (isOvertaken(current, cause) ? undefined : row) };
  }
}

function traced({ policy, id, causationId, correlationId, traceparent }: Cause, chain: number, index: number) {
  const commandId = `policy:${chain}:${policy}:${id}:${index}`;
  return {
    commandId,
    chain,
    causationId,
    correlationId: correlationId ?? commandId,
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** How many commands of policies led to the event, one from another. */
export function chainOf(commandId: string): number {
  return Number(/^policy:(\d{1,9}):/.exec(commandId)?.[1] ?? 0);
}

function cancelling(name: string, cause: Cause): RowChange {
  const key = timerKey(name);
  const stored: StoredCancel = { kind: "cancel", ...momentOf(cause) };
  const row = { ...intentRow(key, "", name, stored), queue: queues.cancelled, dueAt: cause.at + cancelledKeptMs };
  return { key, change: (current) => (isSetAfter(current, cause) ? undefined : row) };
}

function momentOf({ origin, position, at }: Cause): Moment {
  return { origin, at, ...(position !== undefined && { position }) };
}

/** The timer was cancelled, or set anew, by what comes after the cause. A cancel comes after what happened at the same time. */
function isOvertaken(current: IntentRow | undefined, cause: Cause): boolean {
  const intent = current?.intent;
  return intent?.kind === "cancel" ? isAfter(intent, cause) || isAsOld(intent, cause) : isSetAfter(current, cause);
}

function isSetAfter(current: IntentRow | undefined, cause: Cause): boolean {
  const intent = current?.intent;
  return intent?.kind === "command" && "set" in intent && isAfter(intent.set, cause);
}

/** Of one origin, the positions tell, and without those the order in which they come. Of two, the times tell. */
function isAfter(known: Moment, cause: Cause): boolean {
  if (known.origin !== cause.origin) return known.at > cause.at;
  return known.position !== undefined && cause.position !== undefined && known.position > cause.position;
}

function isAsOld(known: Moment, cause: Cause): boolean {
  return known.origin !== cause.origin && known.at === cause.at;
}

function dueAt(due: Due, from: number, name: string): number {
  const at = "at" in due ? Date.parse(due.at) : Math.ceil(from + due.afterMs);
  if (Number.isSafeInteger(at) && at > 0) return at;
  throw new InvalidIntentError(
    `timer "${name}": expected { at: <ISO 8601 instant> } or { afterMs: <milliseconds> }, found ${JSON.stringify(due)}.`,
  );
}

function checkedName(name: string): string {
  if (typeof name === "string" && name.length > 0 && name.length <= longestName) return name;
  throw new InvalidIntentError(
    `a timer's name is text of 1 to ${longestName} characters; found ${JSON.stringify(name)}.`,
  );
}

async function check(schema: Schema, value: unknown, what: string): Promise<void> {
  const validation = await validate(schema, value);
  const problem = validation.ok
    ? jsonProblem(value ?? null)
    : validation.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`).join("; ");
  if (problem) throw new InvalidIntentError(`${what} does not fit: ${problem}.`);
}
