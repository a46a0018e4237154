/** What a message says, however it came: as it is, through SNS, or through EventBridge. */
import { at, isObject, parsed, textAt } from "../json.ts";

export interface Message {
  /** The same whenever it is delivered again, also where what it came through doubled it. */
  readonly id: string;
  /** Nothing when it is not JSON. */
  readonly content: unknown;
}

export function messageOf(id: string, body: unknown): Message {
  const content = parsed(body);
  if (!isObject(content)) return { id, content };
  if (content.Type === "Notification" && typeof content.Message === "string")
    return { id: textAt(content, "MessageId") ?? id, content: parsed(content.Message) };
  if (textAt(content, "detail-type") !== undefined && at(content, "detail") !== undefined)
    return { id: textAt(content, "id") ?? id, content: content.source === "aws.s3" ? content : content.detail };
  return { id, content };
}
