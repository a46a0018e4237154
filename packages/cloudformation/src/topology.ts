/** What an app is deployed as: which functions, on which tables, woken by what, within which limits. */

/** What a function does, and the name under which the bundle exports it: see `@foldstream/aws-lambda`. */
export const roles = ["http", "worker", "queue", "audit", "sweep"] as const;
export type Role = (typeof roles)[number];

export interface FunctionSettings {
  /** Default 512, of the worker 1,024. */
  readonly memoryMb?: number;
  /** Default: of `http` 29, of the worker 60, of `audit` and `sweep` 900, of all others 30. */
  readonly timeoutSeconds?: number;
  /** Copies that may run at the same time. Default: of the worker 2, of `audit` and `sweep` 1, of all others as many as the account gives, or as the database bears. */
  readonly reservedConcurrency?: number;
  /** Passed on as they are. Secrets do not belong here. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Database {
  /** ARN of the secret in Secrets Manager that holds the connection string; functions find it in DATABASE_SECRET_ARN. */
  readonly secretArn: string;
  /** Connections that may be open to it by these functions together. */
  readonly connections: number;
  /** Connections that one copy of a function opens at most: the engine's pool. */
  readonly connectionsPerCopy: number;
  /** Of the VPC in which it is. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

export interface Domain {
  /** Such as `counter.example.org`. Its DNS record points at CloudFront, which is for you to set. */
  readonly name: string;
  /** ARN of its certificate in Certificate Manager of us-east-1, where CloudFront takes certificates from. */
  readonly certificateArn: string;
}

export interface Page {
  /** Paths under which the app answers, beside the page's files. Default `/api/*`. */
  readonly apiPath?: string;
  /** Default: one that CloudFront gives it. */
  readonly domain?: Domain;
}

export interface Topology {
  /** Begins every name: lower case letters, digits and hyphens, at most 30 of them. */
  readonly name: string;
  /** The Node that Lambda runs. Default `nodejs24.x`. */
  readonly runtime?: "nodejs22.x" | "nodejs24.x";
  /** Which functions there are. `http` and `worker` are always; the others where they are named. */
  readonly functions?: Partial<Readonly<Record<Role, FunctionSettings>>>;
  /** Of the queue that `queue` takes commands from. Default `standard`. */
  readonly commandQueue?: "standard" | "fifo";
  /** A static page before the app, in a bucket behind CloudFront. Default: none, and the app has a URL of its own. */
  readonly page?: Page;
  /** A relational database for read models. Default: none, and no VPC. */
  readonly database?: Database;
  /** ARN of the SNS topic that alarms notify. Default: a topic of the stack, to subscribe to. */
  readonly alarmTopicArn?: string;
  /** How long logs are kept, in days. Default 30. */
  readonly logDays?: number;
}
