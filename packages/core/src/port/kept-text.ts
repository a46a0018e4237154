/** Texts that not every engine can keep: refused by all, so that a log fits each of them. */
import { InvalidEventError } from "../errors.ts";
import type { EventToAppend, StreamWrite } from "./event-store.ts";

/**
 * For the first thing that an adapter's `append` does.
 * @throws InvalidEventError that names the field which holds U+0000 or half a surrogate pair. The text itself stays out of the message.
 */
export function checkTexts(writes: readonly StreamWrite[]): void {
  for (const { stream, events, receipts } of writes) {
    check("name of a stream", stream);
    for (const event of events) checkEvent(event);
    for (const { commandId, fingerprint } of receipts) {
      check("id of a command", commandId);
      check("fingerprint of a command", fingerprint);
    }
  }
}

function checkEvent({ type, data, metadata }: EventToAppend): void {
  check("type of an event", type);
  check("data of an event", data);
  check("id of a command", metadata.commandId);
  check("causation id of an event", metadata.causationId);
  check("correlation id of an event", metadata.correlationId);
  check("traceparent of an event", metadata.traceparent ?? "");
}

/** In UTF-8, two texts that differ only in unpaired surrogates become the same one. */
function check(what: string, text: string): void {
  const found = text.includes("\0") ? "U+0000" : text.isWellFormed() ? undefined : "an unpaired surrogate";
  if (found === undefined) return;
  throw new InvalidEventError(
    `The ${what} holds ${found}, which not every engine can store. Nothing was written; leave it out, or encode it.`,
  );
}
