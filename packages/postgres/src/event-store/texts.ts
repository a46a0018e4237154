/** Texts that PostgreSQL cannot keep as they are. */
import { InvalidEventError } from "foldstream";
import type { EventToAppend, StreamWrite } from "foldstream/port";

/** @throws InvalidEventError */
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

/** Two texts that differ only in unpaired surrogates would become the same one in UTF-8. The text itself stays out of the message. */
function check(what: string, text: string): void {
  const found = text.includes("\0") ? "U+0000" : text.isWellFormed() ? undefined : "an unpaired surrogate";
  if (found === undefined) return;
  throw new InvalidEventError(
    `postgres: the ${what} holds ${found}, which PostgreSQL cannot store. Nothing was written; leave it out, or encode it.`,
  );
}
