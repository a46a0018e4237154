/** How many connections an application may open, against how many there are. */
import { StoreFailureError } from "foldstream";
import type { Connections } from "./connections.ts";

export interface ConnectionBudget {
  /** Processes that run this application at the same time, each with an engine of its own. Default 1. */
  readonly processes?: number;
  /** The most connections that they may open together. Default: what the server allows this user. */
  readonly limit?: number;
}

export interface ConnectionPlan {
  readonly connections: number;
  readonly processes: number;
  readonly limit: number | undefined;
}

/** @throws StoreFailureError when the plan cannot hold whatever the server says. */
export function planConnections(connections: number, { processes = 1, limit }: ConnectionBudget): ConnectionPlan {
  for (const [name, value] of Object.entries({ connections, processes, limit: limit ?? 1 })) {
    if (!Number.isInteger(value) || value < 1)
      throw new StoreFailureError(`postgres: \`${name}\` is ${value}. Expected a whole number from 1.`);
  }
  const plan = { connections, processes, limit };
  if (limit !== undefined) checkPlan(plan, limit, "`connectionBudget.limit` is");
  return plan;
}

/** What the plan has been checked against. @throws StoreFailureError when the server allows fewer. */
export async function checkAgainstServer(plan: ConnectionPlan, connections: Connections): Promise<number> {
  const [row] = await connections.rows<[number]>(`
    SELECT least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      nullif(r.rolconnlimit, -1), nullif(d.datconnlimit, -1))
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`);
  const allowed = row?.[0] ?? Number.POSITIVE_INFINITY;
  checkPlan(plan, allowed, `the server at ${connections.where} allows this user`);
  return Math.min(allowed, plan.limit ?? allowed);
}

/** `10 of 97 connections`, with how that comes about. */
export function describePlan({ connections, processes }: ConnectionPlan, limit: number | undefined): string {
  const each = processes === 1 ? "" : ` (${processes} processes with ${connections} each)`;
  return `${connections * processes}${limit === undefined ? "" : ` of ${limit}`} connections${each}`;
}

function checkPlan(plan: ConnectionPlan, limit: number, who: string): void {
  if (plan.connections * plan.processes <= limit) return;
  throw new StoreFailureError(
    `postgres: ${describePlan(plan, undefined)} are planned, and ${who} ${limit}. Lower \`connections\` or ` +
      "`connectionBudget.processes`, raise the limit, or put a pooler in front.",
  );
}
