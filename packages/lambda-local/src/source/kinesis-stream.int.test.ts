import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
  SplitShardCommand,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import kinesalite from "kinesalite";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Invoked } from "../copy/invoked.ts";
import { discardedRecord } from "./discarded-record.ts";
import { kinesisStream } from "./kinesis-stream.ts";
import type { DeliveryOptions } from "./ordered-delivery.ts";
import { ShardMapping } from "./shard-mapping.ts";

const patience = { timeout: 120_000, interval: 50 };
const name = "changes";
const arn = `arn:aws:kinesis:eu-central-1:000000000000:stream/${name}`;
const done: Invoked = { kind: "answered", payload: {} };

interface Delivered {
  readonly eventID: string;
  readonly kinesis: { readonly partitionKey: string; readonly sequenceNumber: string; readonly data: string };
}

const textOf = ({ kinesis }: Delivered) => Buffer.from(kinesis.data, "base64").toString("utf8");

async function startKinesis(shards: number) {
  const server: Server = kinesalite({ createStreamMs: 0, updateStreamMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new KinesisClient({
    endpoint,
    region: "eu-central-1",
    credentials,
    requestHandler: new NodeHttpHandler(),
  });
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await isActive(client);
  return client;
}

async function isActive(client: KinesisClient) {
  await vi.waitFor(async () => {
    const summary = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    expect(summary.StreamDescriptionSummary?.StreamStatus).toBe("ACTIVE");
  }, patience);
}

async function put(client: KinesisClient, ...texts: readonly string[]) {
  const Records = texts.map((text) => ({ PartitionKey: text[0], Data: Buffer.from(text) }));
  await client.send(new PutRecordsCommand({ StreamName: name, Records }));
}

function mapped(
  client: KinesisClient,
  answer: (batch: readonly Delivered[]) => Invoked,
  options: Partial<DeliveryOptions> = {},
) {
  const batches: (readonly Delivered[])[] = [];
  const mapping = new ShardMapping({
    stream: kinesisStream({ client, name, arn }),
    async invoke(event) {
      const { Records } = event as { readonly Records: readonly Delivered[] };
      batches.push(Records);
      return answer(Records);
    },
    ...options,
  });
  mapping.start();
  onTestFinished(() => mapping.stop());
  return batches;
}

describe("a mapping of a Kinesis stream", () => {
  it("delivers records as Lambda does, in order within a shard, and each shard by itself", async () => {
    const client = await startKinesis(2);
    const texts = ["a1", "b1", "c1", "d1", "a2", "b2", "c2", "d2"];
    await put(client, ...texts);

    const batches = mapped(client, () => done);

    await vi.waitFor(() => expect(batches.flat().map(textOf).toSorted()).toEqual(texts.toSorted()), patience);
    expect(batches.length).toBeGreaterThan(1);
    for (const key of "abcd")
      expect(
        batches
          .flat()
          .map(textOf)
          .filter((text) => text[0] === key),
      ).toEqual([`${key}1`, `${key}2`]);
    expect(batches[0]?.[0]).toMatchObject({
      eventSource: "aws:kinesis",
      eventSourceARN: arn,
      eventID: expect.stringMatching(/^shardId-\d+:\d+$/),
      kinesis: { kinesisSchemaVersion: "1.0", approximateArrivalTimestamp: expect.any(Number) },
    });
  });

  it("goes on from the sequence number that failed, and sets a poisonous record aside", async () => {
    const client = await startKinesis(1);
    await put(client, "1", "2", "bad", "4");
    const destination: object[] = [];
    const options: Partial<DeliveryOptions> = {
      bisect: true,
      maximumRetryAttempts: 1,
      onDiscarded: async (batch) => void destination.push(discardedRecord(from, batch)),
    };
    const refuse = (batch: readonly Delivered[]): Invoked => {
      const bad = batch.find((record) => textOf(record) === "bad");
      if (!bad) return done;
      return { kind: "answered", payload: { batchItemFailures: [{ itemIdentifier: bad.kinesis.sequenceNumber }] } };
    };

    const batches = mapped(client, refuse, options);

    await vi.waitFor(() => expect(batches.at(-1)?.map(textOf)).toEqual(["4"]), patience);
    expect(batches.map((batch) => batch.map(textOf).join(" "))).toEqual(["1 2 bad 4", "bad 4", "bad", "bad", "4"]);
    expect(destination).toMatchObject([
      { requestContext: { condition: "RetryAttemptsExhausted" }, KinesisBatchInfo: { batchSize: 1, streamArn: arn } },
    ]);
  });

  it("reads a shard that was split before those that it became", async () => {
    const client = await startKinesis(1);
    await put(client, "a1", "b1");
    const StreamName = name;
    const half = (2n ** 127n).toString();
    await client.send(
      new SplitShardCommand({ StreamName, ShardToSplit: "shardId-000000000000", NewStartingHashKey: half }),
    );
    await isActive(client);
    await put(client, "a2", "b2");

    const batches = mapped(client, () => done);

    await vi.waitFor(() => expect(batches.flat()).toHaveLength(4), patience);
    expect(batches[0]?.map(textOf)).toEqual(["a1", "b1"]);
  });
});

const from = { kind: "KinesisBatchInfo", streamArn: arn } as const;
