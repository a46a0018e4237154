import { expect, it } from "vitest";
import { readEvents, type ServerSentEvent } from "./event-stream.ts";

async function eventsIn(...chunks: readonly string[]) {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
  const events: ServerSentEvent[] = [];
  let signs = 0;
  await readEvents(
    body,
    (event) => events.push(event),
    () => signs++,
  );
  return { events, signs };
}

it("reads events however they are cut, and comments as mere signs of life", async () => {
  const { events, signs } = await eventsIn(
    ": alive\n\nid: 1\nda",
    "ta: {}\n",
    "\nevent: problem\r\ndata:a\r",
    "\ndata: b\r\n\r\n",
    "data: unfinished",
  );

  expect(events).toEqual([
    { event: "message", id: "1", data: "{}" },
    { event: "problem", id: undefined, data: "a\nb" },
  ]);
  expect(signs).toBe(5);
});
