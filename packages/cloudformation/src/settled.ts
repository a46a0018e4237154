/** A topology with its defaults, checked. */
import { TopologyError } from "./errors.ts";
import { type Database, type FunctionSettings, type Role, roles, type Topology } from "./topology.ts";
import { fewestCopies } from "./validation/valid-functions.ts";
import { expectValid } from "./validation/valid-topology.ts";

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

/** @throws TopologyError that says which setting to change. */
export function settle(topology: Topology): SettledTopology {
  expectValid(topology);
  const { functions = {}, database } = topology;
  const wanted = roles.filter((role) => always.includes(role) || functions[role]);
  const settled = wanted.map((role) => settledFunction(role, functions[role] ?? {}));
  return {
    ...topology,
    runtime: topology.runtime ?? latestRuntime,
    commandQueue: topology.commandQueue ?? "standard",
    logDays: topology.logDays ?? 30,
    functions: database ? withinBudget(settled, database) : settled,
  };
}

function settledFunction(role: Role, settings: FunctionSettings): SettledFunction {
  const reservedConcurrency = settings.reservedConcurrency ?? concurrency[role];
  return {
    role,
    memoryMb: settings.memoryMb ?? defaults[role].memoryMb,
    timeoutSeconds: settings.timeoutSeconds ?? defaults[role].timeoutSeconds,
    environment: settings.environment ?? {},
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
}

/** What is not reserved is shared out evenly among the functions that say nothing. */
function withinBudget(functions: readonly SettledFunction[], database: Database): readonly SettledFunction[] {
  const { connections, connectionsPerCopy } = database;
  const copies = Math.floor(connections / connectionsPerCopy);
  const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  const open = functions.filter(({ reservedConcurrency }) => reservedConcurrency === undefined);
  const each = open.length === 0 ? 0 : Math.floor((copies - reserved) / open.length);
  if (reserved > copies || open.some(({ role }) => each < (fewestCopies[role] ?? 1)))
    throw new TopologyError(
      `database.connections: ${connections} are enough for ${copies} copies of ${connectionsPerCopy}, and ${reserved} are reserved by ` +
        `${functions.length - open.length} functions, which leaves too few for ${open.map(({ role }) => role).join(", ") || "them"}. ` +
        "Raise database.connections, or lower connectionsPerCopy or reservedConcurrency.",
    );
  return functions.map((settled) => ({ ...settled, reservedConcurrency: settled.reservedConcurrency ?? each }));
}
