/** Reads server-sent events (WHATWG HTML, section 9.2) from a response, in browsers and Node alike. */

export interface ServerSentEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: string;
}

/** Calls `onEvent` per event and `onBytes` for every sign of life, comments included. Resolves when the server ends the stream. */
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerSentEvent) => void,
  onBytes: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let pending = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    onBytes();
    const blocks = (pending + decoder.decode(chunk.value, { stream: true })).replaceAll("\r\n", "\n").split("\n\n");
    pending = blocks.pop() ?? "";
    for (const block of blocks) dispatch(block, onEvent);
  }
}

function dispatch(block: string, onEvent: (event: ServerSentEvent) => void): void {
  const fields = block.split("\n").map(fieldOf);
  const data = fields.filter(([name]) => name === "data").map(([, value]) => value);
  if (data.length === 0) return;
  onEvent({ event: last(fields, "event") ?? "message", id: last(fields, "id"), data: data.join("\n") });
}

type Field = readonly [name: string, value: string];

function fieldOf(line: string): Field {
  const colon = line.indexOf(":");
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}

function last(fields: readonly Field[], name: string): string | undefined {
  return fields.findLast(([candidate]) => candidate === name)?.[1];
}
