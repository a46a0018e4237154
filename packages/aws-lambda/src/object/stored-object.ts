/** What S3 tells of an object, whichever way it tells. */
import { at, isObject, textAt } from "../json.ts";
import { messageOf } from "../trigger/message.ts";
import type { Trigger, TriggerRecord } from "../trigger/records.ts";

export interface StoredObject {
  /** Such as `ObjectCreated:Put`; through EventBridge, such as `Object Created`. */
  readonly event: string;
  readonly bucket: string;
  /** Decoded. */
  readonly key: string;
  /** Bytes; absent where the object is gone. */
  readonly size?: number;
  readonly etag?: string;
  readonly versionId?: string;
  /** The same whenever S3 tells of the same change again. */
  readonly changeId: string;
}

/** The objects of a record, of a notification itself or of a message that holds one. Nothing when it tells of none. */
export function objectsIn({ source }: Trigger, { id = "", value }: TriggerRecord): readonly StoredObject[] | undefined {
  if (source === "s3") return notified([value]);
  if (source === "eventbridge") return bridged(value);
  const content =
    source === "sns"
      ? messageOf(id, textAt(value, "Sns", "Message")).content
      : messageOf(id, textAt(value, "body")).content;
  if (textAt(content, "Event") === "s3:TestEvent") return [];
  const records = at(content, "Records");
  return Array.isArray(records) ? notified(records) : bridged(content);
}

function notified(records: readonly unknown[]): readonly StoredObject[] | undefined {
  const found = records.map((record) => {
    const event = textAt(record, "eventName");
    const bucket = textAt(record, "s3", "bucket", "name");
    const key = textAt(record, "s3", "object", "key");
    if (event === undefined || bucket === undefined || key === undefined) return undefined;
    const place = { event, bucket, key: decodedKey(key) };
    return described(place, at(record, "s3", "object"), textAt(record, "eventTime"));
  });
  return found.every(isObject) ? (found as readonly StoredObject[]) : undefined;
}

function bridged(content: unknown): readonly StoredObject[] | undefined {
  const event = textAt(content, "detail-type");
  const bucket = textAt(content, "detail", "bucket", "name");
  const key = textAt(content, "detail", "object", "key");
  if (event === undefined || bucket === undefined || key === undefined) return undefined;
  return [described({ event, bucket, key }, at(content, "detail", "object"), textAt(content, "time"))];
}

function described(
  place: Pick<StoredObject, "event" | "bucket" | "key">,
  object: unknown,
  time: string | undefined,
): StoredObject {
  const size = at(object, "size");
  const etag = textAt(object, "eTag") ?? textAt(object, "etag");
  const versionId = textAt(object, "versionId") ?? textAt(object, "version-id");
  const change = textAt(object, "sequencer") ?? time ?? "";
  return {
    ...place,
    ...(typeof size === "number" && { size }),
    ...(etag !== undefined && { etag }),
    ...(versionId !== undefined && { versionId }),
    changeId: `${place.bucket}/${place.key}/${change}`,
  };
}

/** Notifications encode keys as forms are encoded (docs: "Event message structure"). */
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    return key;
  }
}
