/** A problem (RFC 9457) as a Foldstream server sends it. */
import type { ParkedCommand } from "foldstream";
import type { Answer } from "./transport.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  /** Opaque id of the occurrence, to quote to those who run the server. */
  readonly instance?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly nearest?: readonly string[];
  readonly rejection?: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  /** Which of several commands stopped them all, counted from 0. */
  readonly commandIndex?: number;
  readonly expectedVersion?: number;
  readonly actualVersion?: number;
  readonly waitedMs?: number;
  readonly waitingFor?: {
    readonly projection: string;
    readonly target?: { readonly partition: string; readonly position: number };
    readonly position: number;
  };
  readonly projection?: string;
  readonly parked?: ParkedCommand;
  readonly retryAfter?: number;
}

/** The kind of a problem: the last part of its type. */
export function kindOf({ type }: Problem): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

/** Proxies answer in their own words; their status then stands for the problem. */
export function problemIn({ status, statusText, headers, text }: Answer): Problem {
  const otherwise = { type: "about:blank", title: statusText || `HTTP ${status}`, status, code: `http-${status}` };
  if (!headers.get("content-type")?.startsWith("application/problem+json")) return otherwise;
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return otherwise;
  }
}
