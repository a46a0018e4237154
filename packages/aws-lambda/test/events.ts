/** Events of Lambda's triggers, as AWS documents them, typed by `@types/aws-lambda`. */
import type {
  APIGatewayProxyEventV2,
  DynamoDBStreamEvent,
  EventBridgeEvent,
  KinesisStreamEvent,
  S3EventRecord,
  SNSEvent,
  SQSEvent,
  SQSRecord,
} from "aws-lambda";

const region = "eu-central-1";

/** Message ids are `m0`, `m1` and so on, those of a group `<group>0`, unless they are given. */
export function sqsEvent(
  bodies: readonly (object | string)[],
  { group, ids }: { readonly group?: string; readonly ids?: readonly string[] } = {},
): SQSEvent {
  const recordOf = (body: object | string, index: number): SQSRecord => ({
    messageId: ids?.[index] ?? `${group ?? "m"}${index}`,
    receiptHandle: "handle",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "1545082649183",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "1545082649185",
      ...(group !== undefined && { MessageGroupId: group }),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${region}:1:commands`,
    awsRegion: region,
  });
  return { Records: bodies.map(recordOf) };
}

export function joined(...events: readonly SQSEvent[]): SQSEvent {
  return { Records: events.flatMap(({ Records }) => Records) };
}

/** Changes of streams' tips. Sequence numbers are 1, 2 and so on. */
export function streamEvent(streams: readonly string[]): DynamoDBStreamEvent {
  return {
    Records: streams.map((stream, index) => ({
      eventID: `e${index}`,
      eventName: "MODIFY",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: region,
      eventSourceARN: `arn:aws:dynamodb:${region}:1:table/log/stream/now`,
      dynamodb: {
        Keys: { pk: { S: stream }, sk: { S: "tip" } },
        NewImage: { pk: { S: stream }, sk: { S: "tip" }, version: { N: "1" } },
        SequenceNumber: String(index + 1),
        SizeBytes: 100,
        StreamViewType: "NEW_IMAGE",
      },
    })),
  };
}

/** The same through the table's Kinesis stream, whose records have sequence numbers of their own. */
export function kinesisEvent(streams: readonly string[]): KinesisStreamEvent {
  const keysOf = (stream: string) => ({ pk: { S: stream }, sk: { S: "tip" } });
  const changes = streams.map((stream, index) => ({
    awsRegion: region,
    eventID: `change-${index}`,
    eventName: "MODIFY",
    userIdentity: null,
    recordFormat: "application/json",
    tableName: "log",
    dynamodb: {
      ApproximateCreationDateTime: 1_731_924_555_370,
      Keys: keysOf(stream),
      NewImage: { ...keysOf(stream), version: { N: "1" } },
      SizeBytes: 60,
    },
    eventSource: "aws:dynamodb",
  }));
  return kinesisEventOf(changes.map((change) => JSON.stringify(change)));
}

export function kinesisEventOf(data: readonly string[]): KinesisStreamEvent {
  return {
    Records: data.map((text, index) => ({
      eventID: `shard:${index}`,
      eventName: "aws:kinesis:record",
      eventVersion: "1.0",
      eventSource: "aws:kinesis",
      awsRegion: region,
      eventSourceARN: `arn:aws:kinesis:${region}:1:stream/changes`,
      invokeIdentityArn: "arn:aws:iam::1:role/x",
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "1",
        sequenceNumber: String(index + 1),
        data: Buffer.from(text).toString("base64"),
        approximateArrivalTimestamp: 1_545_084_650.987,
      },
    })),
  };
}

export function scheduledEvent(): EventBridgeEvent<"Scheduled Event", object> {
  return {
    version: "0",
    id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "1",
    time: "2026-01-01T00:00:00Z",
    region,
    resources: [`arn:aws:events:${region}:1:rule/every-minute`],
    detail: {},
  };
}

export function snsEvent(message: string): SNSEvent {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: `arn:aws:sns:${region}:1:news:1`,
        Sns: {
          Type: "Notification",
          MessageId: "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
          TopicArn: `arn:aws:sns:${region}:1:news`,
          Subject: "",
          Message: message,
          Timestamp: "2026-01-01T00:00:00Z",
          SignatureVersion: "1",
          Signature: "",
          SigningCertUrl: "",
          UnsubscribeUrl: "",
          MessageAttributes: {},
        },
      },
    ],
  };
}

/** What SNS puts into a queue. */
export function notification(message: object): object {
  return { Type: "Notification", MessageId: "sns-1", TopicArn: "arn", Message: JSON.stringify(message) };
}

export function s3Record(key: string, sequencer = "0055AED6DCD90281E5"): S3EventRecord {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: "2026-01-01T00:00:00.000Z",
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: "AWS:AIDA" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": "1", "x-amz-id-2": "2" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "1",
      bucket: { name: "uploads", ownerIdentity: { principalId: "A" }, arn: "arn:aws:s3:::uploads" },
      object: { key, size: 3, eTag: "tag", sequencer },
    },
  };
}

export function objectCreated(key: string): EventBridgeEvent<"Object Created", object> {
  const detail = { version: "0", bucket: { name: "uploads" }, object: { key, size: 3, etag: "tag", sequencer: "006" } };
  return { ...scheduledEvent(), "detail-type": "Object Created", source: "aws.s3", detail };
}

export function requestEvent(
  method: string,
  path: string,
  {
    body,
    headers = {},
    query = "",
  }: { readonly body?: object; readonly headers?: Record<string, string>; readonly query?: string } = {},
): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: { host: "example.test", ...(body && { "content-type": "application/json" }), ...headers },
    requestContext: {
      accountId: "1",
      apiId: "api",
      domainName: "example.test",
      domainPrefix: "api",
      requestId: "r1",
      routeKey: "$default",
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1_767_225_600_000,
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
    },
    isBase64Encoded: false,
    ...(body && { body: JSON.stringify(body) }),
  };
}
