/** Queues of a template, on a server of SQS in this process. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateQueueCommand, GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createSqsServer } from "local-aws-sqs";
import { accountId, type Resource, region, type TemplateValues } from "./template-values.ts";

export class LocalQueues {
  readonly #server: Server;
  readonly #urls = new Map<string, string>();
  readonly client: SQSClient;

  private constructor(server: Server, client: SQSClient) {
    this.#server = server;
    this.client = client;
  }

  static async start(): Promise<LocalQueues> {
    const settings = { port: 0, hostname: "127.0.0.1", region, accountId, emulateQueueCreationLifecycle: false };
    const server = await createSqsServer(settings);
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    return new LocalQueues(server, new SQSClient({ endpoint, region, credentials }));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async deploy(values: TemplateValues, [id, { Properties }]: readonly [string, Resource]): Promise<void> {
    const { QueueName, SqsManagedSseEnabled: _, ...properties } = values.resolve<QueueProperties>(Properties);
    const Attributes = Object.fromEntries(
      Object.entries(properties).flatMap(([name, value]) => (value === false ? [] : [[name, textOf(value)]])),
    );
    const { QueueUrl = "" } = await this.client.send(new CreateQueueCommand({ QueueName, Attributes }));
    const url = `${this.endpoint}${new URL(QueueUrl).pathname}`;
    const told = await this.client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));
    const arn = told.Attributes?.QueueArn ?? "";
    this.#urls.set(arn, url);
    values.deployed(id, { Ref: url, Arn: arn, QueueName });
  }

  /** @throws Error when there is no such queue. */
  urlOf(arn: string): string {
    const url = this.#urls.get(arn);
    if (url === undefined)
      throw new Error(`There is no queue ${arn}. There are: ${[...this.#urls.keys()].join(", ")}.`);
    return url;
  }

  /** By name of the queue. */
  get urls(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#urls].map(([arn, url]) => [arn.split(":").at(-1), url]));
  }

  async send(arn: string, message: object): Promise<void> {
    await this.client.send(new SendMessageCommand({ QueueUrl: this.urlOf(arn), MessageBody: JSON.stringify(message) }));
  }

  async close(): Promise<void> {
    this.client.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface QueueProperties {
  readonly QueueName: string;
  readonly [attribute: string]: unknown;
}

function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
