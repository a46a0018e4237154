/** Talks to the engine behind the proxy, in DynamoDB's wire format. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { buffer } from "node:stream/consumers";

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const dynamoDb = "DynamoDB_20120810";
const streams = "DynamoDBStreams_20120810";
const ofStreams = new Set(["DescribeStream", "GetShardIterator", "GetRecords", "ListStreams"]);

export class EngineClient {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(endpoint: string) {
    this.#url = new URL(endpoint);
  }

  send(headers: IncomingHttpHeaders, body: Buffer): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const options = { method: "POST", agent: this.#agent, headers: { ...headers, host: this.#url.host } };
      const sent = request(this.#url, options, async (answer) => {
        try {
          resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) });
        } catch (error) {
          reject(error);
        }
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** A request of the proxy's own, signed like the one it stands beside. */
  async ask<T>(headers: IncomingHttpHeaders, operation: string, input: unknown): Promise<T> {
    const body = Buffer.from(JSON.stringify(input));
    const { "content-length": _, ...rest } = headers;
    const service = ofStreams.has(operation) ? streams : dynamoDb;
    const own = { ...rest, "x-amz-target": `${service}.${operation}`, "content-length": String(body.length) };
    return JSON.parse((await this.send(own, body)).body.toString("utf8")) as T;
  }

  close(): void {
    this.#agent.destroy();
  }
}
