/**
 * The table of what a policy wants and has not got yet. Intents for one target share a lane, which keeps their order; a lane whose
 * first intent fails gets a row of its own, and its intents wait behind that.
 */
import { type RowOf, t } from "../../definition/column.ts";
import { table } from "../../definition/projection.ts";
import type { Row } from "../../port/read-model-store.ts";

export const intentKinds = ["command", "effect"] as const;
export type IntentKind = (typeof intentKinds)[number];

interface Traced {
  /** Under which it is executed: the same however often it is tried. */
  readonly commandId: string;
  /** How many commands of policies led to it, one from another, without a timer between them. */
  readonly chain: number;
  readonly causationId: string;
  readonly correlationId: string;
  readonly traceparent?: string;
}

export interface StoredCommand extends Traced {
  readonly kind: "command";
  readonly aggregate: string;
  readonly id: string;
  readonly command: string;
  readonly data: unknown;
}

export interface StoredEffect extends Traced {
  readonly kind: "effect";
  readonly effect: string;
  readonly payload: unknown;
  /** Milliseconds since 1970. */
  readonly wantedAt: number;
}

/** The next run of a schedule. */
export interface StoredRun {
  readonly kind: "run";
  readonly commandId: string;
  readonly schedule: string;
  readonly description: string;
}

/** When something was wanted, for what comes out of order: events of another partition, or of a stream that was parked. */
export interface Moment {
  /** What keeps its causes in order: a partition, by their positions. */
  readonly origin: string;
  readonly position?: number;
  /** Milliseconds since 1970: what tells moments of two origins apart. */
  readonly at: number;
}

/** Left by a cancelled timer, for the event that sets it may come later. */
export interface StoredCancel extends Moment {
  readonly kind: "cancel";
}

export interface StoredTimer extends StoredCommand {
  readonly set: Moment;
}

export type Executable = StoredCommand | StoredTimer | StoredEffect | StoredRun;

export const intentTable = table(
  {
    id: t.key(),
    queue: t.text(),
    /** Milliseconds since 1970; 0 for at once. */
    dueAt: t.integer(),
    lane: t.text(),
    /** For people: the command, effect or schedule. */
    what: t.text(),
    /** Failed attempts at the first intent of a lane. */
    attempts: t.integer(),
    error: t.text({ nullable: true }),
    intent: t.json<Executable | StoredCancel | null>(),
  },
  { indexes: [["queue", "dueAt", "id"]] },
);

export type IntentRow = RowOf<(typeof intentTable)["columns"]>;

/** Rows of one queue are found together, those due first at the front, of equal ones those that were wanted first. */
export const queues = {
  timer: "timer",
  cancelled: "cancelled",
  ready: (kind: IntentKind): string => kind,
  behind: (lane: string): string => `behind/${lane}`,
  failing: (kind: IntentKind): string => `failing/${kind}`,
  parked: (kind: IntentKind): string => `parked/${kind}`,
};

export const timerKey = (name: string): string => `timer/${name}`;
export const scheduleKey = (name: string): string => `schedule/${name}`;
export const laneKey = (lane: string): string => `lane/${lane}`;

export function intentRow(key: string, lane: string, what: string, intent: IntentRow["intent"]): IntentRow {
  const queue = intent?.kind === "effect" ? queues.ready("effect") : queues.ready("command");
  return { id: key, queue, dueAt: 0, lane, what, attempts: 0, error: null, intent };
}

/** What becomes of one row: another row, `null` for none, `undefined` for what it was. */
export interface RowChange {
  readonly key: string;
  readonly change: (row: IntentRow | undefined) => IntentRow | null | undefined;
  /** Of the event behind it: nothing happens to a row that includes it. */
  readonly position?: number;
}

export const put = (row: IntentRow): RowChange => ({ key: row.id, change: () => row });

/** Changes the row only while it still holds the same intent: a timer may have been cancelled or set anew meanwhile. */
export function changeSame(row: IntentRow, next: IntentRow | null): RowChange {
  return { key: row.id, change: (current) => (sameIntent(current, row) ? next : undefined) };
}

function sameIntent(one: IntentRow | undefined, other: IntentRow): boolean {
  const ids = [one, other].map((row) => row?.intent && "commandId" in row.intent && row.intent.commandId);
  return Boolean(ids[0]) && ids[0] === ids[1];
}

export const asIntentRow = (row: Row | undefined): IntentRow | undefined => row as IntentRow | undefined;
