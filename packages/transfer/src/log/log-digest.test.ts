import type { StoredEvent } from "foldstream/port";
import { describe, expect, it } from "vitest";
import { eventDigest, receiptDigest } from "./log-digest.ts";

const event: StoredEvent = {
  stream: "counter-1",
  version: 1,
  type: "counter.Incremented",
  schemaVersion: 1,
  data: '{"by":1}',
  recordedAt: 1_763_752_245_678,
  metadata: {
    commandId: "a",
    causationId: "b",
    correlationId: "c",
    principal: { id: "eve", roles: ["one", "two"] },
    traceparent: "00-0-0-00",
  },
};
const receipt = { stream: "counter-1", commandId: "a", fingerprint: "1.2", version: 1 };

function digestOf(events: readonly StoredEvent[]) {
  const digest = eventDigest();
  digest.add(events);
  return digest.result();
}

function digestOfReceipts(receipts: readonly (typeof receipt)[]) {
  const digest = receiptDigest();
  digest.add(receipts);
  return digest.result();
}

const { metadata } = event;

describe("the digest of a log", () => {
  it("is the same whatever the order", () => {
    const other = { ...event, version: 2 };

    expect(digestOf([event, other])).toEqual(digestOf([other, event]));
  });

  it("is as the reference says: it must not change, or old backups would be refused", () => {
    expect(digestOf([])).toEqual({ count: 0, digest: "0".repeat(64) });
    expect(digestOf([event])).toMatchInlineSnapshot(`
      {
        "count": 1,
        "digest": "a7c17ed8f1b4669934e73a3689ae0d76e47d8a602d96749f6730b8f32b7dadd1",
      }
    `);
    expect(digestOfReceipts([receipt])).toMatchInlineSnapshot(`
      {
        "count": 1,
        "digest": "d9ed65655f0ead4ab0bef11f493a25303f11d257b3706b8c8d0baf7a532071ac",
      }
    `);
  });

  it("does not depend on the order of a principal's attributes, nor on the position", () => {
    const principal = { roles: ["one", "two"], id: "eve" };

    expect(digestOf([{ ...event, position: 7, metadata: { ...metadata, principal } } as StoredEvent])).toEqual(
      digestOf([event]),
    );
  });

  it.each<[string, Partial<StoredEvent>]>([
    ["stream", { stream: "counter-2" }],
    ["version", { version: 2 }],
    ["type", { type: "counter.incremented" }],
    ["schema version", { schemaVersion: 2 }],
    ["data, though it is the same JSON", { data: '{"by": 1}' }],
    ["time", { recordedAt: 1_763_752_245_679 }],
    ["command id", { metadata: { ...metadata, commandId: "x" } }],
    ["causation id", { metadata: { ...metadata, causationId: "x" } }],
    ["correlation id", { metadata: { ...metadata, correlationId: "x" } }],
    ["principal", { metadata: { ...metadata, principal: { id: "eve" } } }],
    ["order of roles", { metadata: { ...metadata, principal: { id: "eve", roles: ["two", "one"] } } }],
    ["traceparent", { metadata: { ...metadata, traceparent: "00-0-0-01" } }],
  ])("changes with the %s", (_, change) => {
    expect(digestOf([{ ...event, ...change }])).not.toEqual(digestOf([event]));
  });

  it.each([{ stream: "counter-2" }, { commandId: "b" }, { fingerprint: "1.3" }, { version: 2 }])(
    "changes with a receipt's %j",
    (change) => {
      expect(digestOfReceipts([{ ...receipt, ...change }])).not.toEqual(digestOfReceipts([receipt]));
    },
  );
});
