/** A failure that belongs to one event, so that its stream can be parked; failures of an engine belong to none. */
import { isFoldstreamError } from "../../errors.ts";
import type { ParkedError } from "../../port/parking.ts";
import type { PagedEvent } from "../projection/event-pages.ts";

/** Handler, key, upcaster or schema version failed on `event`, or gave a row that cannot be stored. */
export class EventFailedError extends Error {
  readonly event: PagedEvent;

  constructor(consumer: string, event: PagedEvent, cause: unknown) {
    const { stream, version, type } = event.stored;
    const place = `${stream}@${version} (${type})`;
    super(`${consumer} failed on ${place}: ${messageOf(cause)}`, { cause });
    this.name = "EventFailedError";
    this.event = event;
  }
}

/** A target refuses a row before it writes anything of the step. */
export function isRefusedRow(error: unknown): boolean {
  return isFoldstreamError(error) && error.code === "invalid-row";
}

/** Longer texts are cut off: entries should stay small wherever they are kept. */
const mostCharacters = 4_000;

/** What is kept of the error. */
export function parkedError({ cause }: EventFailedError): ParkedError {
  const { name, stack } = cause instanceof Error ? cause : { name: typeof cause, stack: undefined };
  const message = messageOf(cause).slice(0, mostCharacters);
  return { name, message, ...(stack !== undefined && { stack: stack.slice(0, mostCharacters) }) };
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
