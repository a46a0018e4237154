/** DynamoDB as a role sees it: what its permissions do not name is refused, and noted. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Role, Template } from "../src/index.ts";

export interface RoleEndpoint {
  readonly url: string;
  /** Such as `dynamodb:PutItem counter-log`. */
  readonly refused: ReadonlySet<string>;
  readonly used: ReadonlySet<string>;
  readonly allowed: ReadonlySet<string>;
  close(): void;
}

/** What the role may do goes on to `engine`. */
export async function roleEndpoint(engine: string, template: Template, role: Role): Promise<RoleEndpoint> {
  const allowed = allowedTo(template, role);
  const refused = new Set<string>();
  const used = new Set<string>();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const needed = actionsOf(String(request.headers["x-amz-target"]).split(".")[1] ?? "", JSON.parse(body.toString()));
    for (const action of needed) (allowed.has(action) ? used : refused).add(action);
    const isRefused = needed.some((action) => !allowed.has(action));
    const answer = isRefused ? denied(needed) : await forward(engine, request.headers as Record<string, string>, body);
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, refused, used, allowed, close: () => void server.close() };
}

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: { readonly "Fn::Sub"?: string };
}

function allowedTo({ Resources }: Template, role: Role): ReadonlySet<string> {
  const id = `${role.slice(0, 1).toUpperCase()}${role.slice(1)}Role`;
  const policies = Resources[id]?.Properties.Policies;
  const [policy] = policies as readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  const statements = policy?.PolicyDocument.Statement ?? [];
  return new Set(
    statements.flatMap(({ Action, Resource }) => {
      const [, table] = /:table\/(.*)$/.exec(Resource["Fn::Sub"] ?? "") ?? [];
      return table === undefined ? [] : Action.map((action) => `${action} ${table}`);
    }),
  );
}

interface Input {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName: string }>>[];
}

const ofItems: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

/** Transactions need the permissions of what is in them (Amazon DynamoDB Developer Guide, "Using IAM with transactions"). */
function actionsOf(operation: string, { TableName, RequestItems, TransactItems }: Input): readonly string[] {
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName: table }]) => `dynamodb:${ofItems[kind]} ${table}`),
    );
  return [TableName ?? Object.keys(RequestItems ?? {})].flat().map((table) => `dynamodb:${operation} ${table}`);
}

function denied(needed: readonly string[]) {
  const body = {
    __type: "com.amazon.coral.service#AccessDeniedException",
    message: `Not authorized: ${needed.join(", ")}`,
  };
  return { status: 400, body: JSON.stringify(body) };
}

async function forward(engine: string, headers: Readonly<Record<string, string>>, body: Buffer<ArrayBuffer>) {
  const { host, connection, "content-length": length, ...rest } = headers;
  const answer = await fetch(engine, { method: "POST", headers: rest, body });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}
