/** The first event of each function, as Lambda's triggers send it. Each is about a stream of its own, so that none grows. */
import { randomUUID } from "node:crypto";

export function increment(): object {
  const path = `/commands/counter/${randomUUID()}/Increment`;
  return {
    version: "2.0",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json", host: "localhost" },
    requestContext: { http: { method: "POST", path }, domainName: "localhost" },
    body: JSON.stringify({ by: 1 }),
    isBase64Encoded: false,
  };
}

/** There is nothing new, so the answer comes after a look. */
export function streamNews(): object {
  const dynamodb = { Keys: { pk: { S: "counter-none" }, sk: { S: "tip" } }, SequenceNumber: "1" };
  return { Records: [{ eventSource: "aws:dynamodb", eventName: "MODIFY", dynamodb }] };
}
