/** One line of JSON for CloudWatch Logs. Never payloads: they may hold personal data. */
import { isObject } from "./json.ts";

export type LogLevel = "info" | "warn" | "error";
export type Log = (level: LogLevel, message: string, details?: object) => void;

export const logLine: Log = (level, message, details = {}) =>
  console[level](JSON.stringify({ level, message, ...details }, errorsAsObjects));

function errorsAsObjects(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  const code = isObject(value) ? value.code : undefined;
  return { name, message, stack, ...(code !== undefined && { code }) };
}
