/** Refuses a topology that CloudFormation or Lambda would refuse, or that would not work, before anything is written. */
import type { Database, Page, Topology } from "../topology.ts";
import { expectOneOf, expectSettings, expectText, expectTexts, expectWhole, refuse } from "./expectations.ts";
import { validFunctions } from "./valid-functions.ts";

/** Typed, so that a new setting cannot be forgotten here. */
const settings: Readonly<Record<keyof Topology, true>> = {
  name: true,
  runtime: true,
  functions: true,
  commandQueue: true,
  page: true,
  database: true,
  alarmTopicArn: true,
  logDays: true,
};

/** What CloudWatch Logs takes (AWS::Logs::LogGroup, RetentionInDays). */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** So long at most CloudFront waits for the app, in seconds (CloudFront API, OriginReadTimeout). */
export const longestWait = 120;

export function expectValid(topology: Topology): void {
  expectSettings("topology", topology, Object.keys(settings));
  const { runtime, functions = {}, commandQueue, page, database, alarmTopicArn, logDays } = topology;
  expectName(topology.name);
  if (runtime !== undefined) expectOneOf("runtime", runtime, ["nodejs22.x", "nodejs24.x"]);
  if (logDays !== undefined) expectOneOf("logDays", logDays, retentions);
  validFunctions(functions);
  if (commandQueue !== undefined) expectCommandQueue(topology);
  if (page !== undefined) expectPage(page, functions.http?.timeoutSeconds);
  if (database !== undefined) expectDatabase(database);
  if (alarmTopicArn !== undefined)
    expectText("alarmTopicArn", alarmTopicArn, /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, "the ARN of an SNS topic");
}

function expectName(name: unknown): void {
  const expected = "1 to 30 lower case letters, digits and hyphens, a letter first";
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]{0,29}$/.test(name)) refuse("name", expected, name);
  if (name.endsWith("-state"))
    refuse("name", `another ending than -state: "${name}" is the stack of another app's tables`, name);
}

function expectCommandQueue({ commandQueue, functions }: Topology): void {
  expectOneOf("commandQueue", commandQueue, ["standard", "fifo"]);
  if (!functions?.queue) refuse("functions.queue", "settings, since there is a commandQueue", functions?.queue);
}

function expectPage(page: Page, timeoutSeconds: number | undefined): void {
  expectSettings("page", page, ["apiPath", "domain"]);
  const { apiPath, domain } = page;
  if (apiPath !== undefined)
    expectText(
      "page.apiPath",
      apiPath,
      /^\/[\w.~$"'@:+&-][\w.~$"'@:+&/*?-]{0,250}$/,
      'a path such as "/api/*" that leaves others to the page',
    );
  if (timeoutSeconds !== undefined && timeoutSeconds > longestWait)
    refuse(
      "functions.http.timeoutSeconds",
      `at most ${longestWait} behind CloudFront, which waits no longer`,
      timeoutSeconds,
    );
  if (domain === undefined) return;
  expectSettings("page.domain", domain, ["name", "certificateArn"]);
  expectText(
    "page.domain.name",
    domain.name,
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    "a domain name in lower case",
  );
  expectText(
    "page.domain.certificateArn",
    domain.certificateArn,
    /^arn:[\w-]+:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
    "the ARN of a certificate in us-east-1, where CloudFront takes certificates from",
  );
}

function expectDatabase(database: Database): void {
  expectSettings("database", database, [
    "secretArn",
    "connections",
    "connectionsPerCopy",
    "subnetIds",
    "securityGroupIds",
  ]);
  const { secretArn, connections, connectionsPerCopy, subnetIds, securityGroupIds } = database;
  expectText(
    "database.secretArn",
    secretArn,
    /^arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:.+$/,
    "the ARN of a secret",
  );
  expectWhole("database.connections", connections, 1, 1_000_000);
  expectWhole("database.connectionsPerCopy", connectionsPerCopy, 1, connections);
  // AWS Lambda API, VpcConfig.
  expectTexts("database.subnetIds", subnetIds, 16, /^subnet-[0-9a-z]+$/, "ids of subnets");
  expectTexts("database.securityGroupIds", securityGroupIds, 5, /^sg-[0-9a-zA-Z]+$/, "ids of security groups");
}
