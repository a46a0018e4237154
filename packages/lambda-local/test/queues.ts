/** Queues for a test, and what is in them. */
import { GetQueueAttributesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { LocalQueues } from "../src/deployment/queues.ts";
import { type Resource, TemplateValues } from "../src/deployment/template-values.ts";

export interface TestQueues {
  readonly queues: LocalQueues;
  readonly arn: (name: string) => string;
  send(name: string, body: string, more?: object): Promise<void>;
  /** Messages, hidden ones included. */
  count(name: string): Promise<number>;
}

const arn = (name: string) => `arn:aws:sqs:eu-central-1:000000000000:${name}`;

/** Names and attributes, dead-letter queues first. */
export async function testQueues(wanted: Readonly<Record<string, object>>): Promise<TestQueues> {
  const queues = await LocalQueues.start();
  onTestFinished(() => queues.close());
  const values = new TemplateValues([]);
  for (const [QueueName, attributes] of Object.entries(wanted)) {
    const resource: Resource = { Type: "AWS::SQS::Queue", Properties: { QueueName, ...attributes } };
    await queues.deploy(values, [QueueName, resource]);
  }
  return {
    queues,
    arn,
    async send(name, MessageBody, more = {}) {
      await queues.client.send(new SendMessageCommand({ QueueUrl: queues.urlOf(arn(name)), MessageBody, ...more }));
    },
    async count(name) {
      const request = new GetQueueAttributesCommand({ QueueUrl: queues.urlOf(arn(name)), AttributeNames: ["All"] });
      // This server counts hidden messages here, too.
      return Number((await queues.client.send(request)).Attributes?.ApproximateNumberOfMessages);
    },
  };
}
