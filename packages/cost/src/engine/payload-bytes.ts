/** How many bytes the DynamoDB engine stores, from how many there are of what (`chunk.ts`, `payload.ts` and `feed-table.ts` of the engine). */

/** What an event is like. */
export interface EventShape {
  /** Of the JSON of its data. */
  readonly dataBytes: number;
  /** Of its principal and its trace, as JSON. */
  readonly metadataBytes: number;
  /** What is left of data that is deflated with that of others. */
  readonly deflatedTo: number;
}

export interface Contents {
  readonly commands: number;
  readonly events: number;
}

/** Text beyond this is deflated. */
const plainBytes = 600;

/** Names, version, time and command id of an event, with a type of 20 characters. */
const eventBytes = 83;
/** Data is text within text: its quotes are escaped. */
const escaping = 1.12;
const receiptBytes = 68;
const chunkEnvelopeBytes = 44;
/** Name and version of the stream, in the feed. */
const placeBytes = 24;

/** Of deflated text: what the names cost once, and what ids, times and versions leave of each event and receipt. */
const deflatedEnvelopeBytes = 120;
const deflatedEventBytes = 12;
const deflatedReceiptBytes = 14;
const deflatedPlaceBytes = 16;
/** Of the data that occurs for the first time, half of what repeats later. */
const firstOccurrence = 0.5;

/** What one append leaves on a stream: its events, and a receipt for each command. */
export function chunkBytes({ commands, events }: Contents, shape: EventShape): number {
  const text = chunkEnvelopeBytes + events * textOf(shape) + commands * receiptBytes;
  const deflated = events * (deflatedEventBytes + deflatedOf(shape)) + commands * deflatedReceiptBytes;
  return stored(text, deflated, shape);
}

/** Events in one item of the feed. */
export function feedPayloadBytes(events: number, shape: EventShape): number {
  const text = 2 + events * (placeBytes + textOf(shape));
  return stored(text, events * (deflatedEventBytes + deflatedPlaceBytes + deflatedOf(shape)), shape);
}

function textOf({ dataBytes, metadataBytes }: EventShape): number {
  return eventBytes + dataBytes * escaping + metadataBytes;
}

function deflatedOf({ dataBytes, metadataBytes, deflatedTo }: EventShape): number {
  return (dataBytes + metadataBytes) * deflatedTo;
}

function stored(text: number, deflated: number, { dataBytes, deflatedTo }: EventShape): number {
  if (text <= plainBytes) return text;
  return deflatedEnvelopeBytes + dataBytes * (1 - deflatedTo) * firstOccurrence + deflated;
}
