/** How much goes into one append. */
import type { StoredEvent } from "foldstream/port";

const mostEvents = 200;
/** Of data, in UTF-16 units: small enough for engines that limit what one write may hold. One event may be larger. */
const mostText = 128 * 1_024;

/** The events in order, in parts that every engine takes. */
export function* batchesOf(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  let batch: StoredEvent[] = [];
  let text = 0;
  for (const event of events) {
    if (batch.length === mostEvents || (batch.length > 0 && text + event.data.length > mostText)) {
      yield batch;
      batch = [];
      text = 0;
    }
    batch.push(event);
    text += event.data.length;
  }
  if (batch.length > 0) yield batch;
}

/** What belongs to each stream, in the order given. */
export function byStream<Member extends { readonly stream: string }>(
  members: readonly Member[],
): Map<string, Member[]> {
  const streams = new Map<string, Member[]>();
  for (const member of members) {
    const known = streams.get(member.stream);
    if (known) known.push(member);
    else streams.set(member.stream, [member]);
  }
  return streams;
}
