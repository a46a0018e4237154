/** A topology with its defaults, checked. */
import { TopologyError } from "./errors.ts";
import type { Database, FunctionSettings, Role, Topology } from "./topology.ts";

export interface SettledFunction {
  readonly role: Role;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Absent: as many as the account gives. */
  readonly reservedConcurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
}

export interface SettledTopology extends Omit<Topology, "functions"> {
  readonly runtime: NonNullable<Topology["runtime"]>;
  readonly commandQueue: NonNullable<Topology["commandQueue"]>;
  readonly logDays: number;
  readonly functions: readonly SettledFunction[];
}

export const latestRuntime = "nodejs24.x";

const roles: readonly Role[] = ["http", "worker", "queue", "audit", "sweep"];
const always: readonly Role[] = ["http", "worker"];

const defaults: Readonly<Record<Role, Required<Omit<FunctionSettings, "environment" | "reservedConcurrency">>>> = {
  http: { memoryMb: 512, timeoutSeconds: 29 },
  worker: { memoryMb: 1_024, timeoutSeconds: 60 },
  queue: { memoryMb: 512, timeoutSeconds: 30 },
  audit: { memoryMb: 512, timeoutSeconds: 900 },
  sweep: { memoryMb: 512, timeoutSeconds: 900 },
};

/** Copies of a worker wait for each other; an audit and a sweep gain nothing from a second one. */
const concurrency: Partial<Readonly<Record<Role, number>>> = { worker: 2, audit: 1, sweep: 1 };

/** What CloudWatch Logs takes (AWS::Logs::LogGroup, RetentionInDays). */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** @throws TopologyError that says which setting to change. */
export function settle(topology: Topology): SettledTopology {
  const { name, functions = {}, logDays = 30, database } = topology;
  if (!/^[a-z][a-z0-9-]{0,29}$/.test(name))
    throw new TopologyError(
      `name: expected 1 to 30 lower case letters, digits and hyphens, a letter first, found "${name}".`,
    );
  if (!retentions.includes(logDays))
    throw new TopologyError(`logDays: expected one of ${retentions.join(", ")}, found ${logDays}.`);
  const unknown = Object.keys(functions).find((role) => !roles.includes(role as Role));
  if (unknown !== undefined)
    throw new TopologyError(`functions: expected some of ${roles.join(", ")}, found "${unknown}".`);
  const wanted = roles.filter((role) => always.includes(role) || functions[role]);
  const settled = wanted.map((role) => settledFunction(role, functions[role] ?? {}));
  return {
    ...topology,
    runtime: topology.runtime ?? latestRuntime,
    commandQueue: topology.commandQueue ?? "standard",
    logDays,
    functions: database ? withinBudget(settled, database) : settled,
  };
}

function settledFunction(role: Role, settings: FunctionSettings): SettledFunction {
  const { memoryMb, timeoutSeconds } = { ...defaults[role], ...settings };
  within(`functions.${role}.memoryMb`, memoryMb, 128, 10_240);
  within(`functions.${role}.timeoutSeconds`, timeoutSeconds, 1, 900);
  const reservedConcurrency = settings.reservedConcurrency ?? concurrency[role];
  if (reservedConcurrency !== undefined)
    within(`functions.${role}.reservedConcurrency`, reservedConcurrency, 1, 1_000_000);
  return {
    role,
    memoryMb,
    timeoutSeconds,
    environment: settings.environment ?? {},
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
}

/** What is not reserved is shared out evenly among the functions that say nothing. */
function withinBudget(functions: readonly SettledFunction[], database: Database): readonly SettledFunction[] {
  const { connections, connectionsPerCopy } = database;
  within("database.connectionsPerCopy", connectionsPerCopy, 1, connections);
  const copies = Math.floor(connections / connectionsPerCopy);
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  const open = functions.filter(({ reservedConcurrency }) => reservedConcurrency === undefined);
  const each = open.length === 0 ? 0 : Math.floor((copies - reserved) / open.length);
  if (reserved > copies || (open.length > 0 && each < 1))
    throw new TopologyError(
      `database.connections: ${connections} are enough for ${copies} copies of ${connectionsPerCopy}, and ${reserved} are reserved by ` +
        `${functions.length - open.length} functions, which leaves none for ${open.map(({ role }) => role).join(", ") || "them"}. ` +
        "Raise database.connections, or lower connectionsPerCopy or reservedConcurrency.",
    );
  return functions.map((settled) => ({ ...settled, reservedConcurrency: settled.reservedConcurrency ?? each }));
}

function within(setting: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new TopologyError(`${setting}: expected a whole number from ${least} to ${most}, found ${value}.`);
}
