/** What many operations share: headers, parameters, problems. */
import { problems } from "../problem.ts";
import type { JsonObject } from "./document.ts";

const text = { type: "string" };
const wholeNumber = { type: "integer", minimum: 0 };

export const coreSchemas: { readonly [name: string]: JsonObject } = {
  Accepted: {
    type: "object",
    properties: {
      commandId: { ...text, description: "The Idempotency-Key, or the id made up in its place." },
      version: { ...wholeNumber, description: "Version of the stream after the command." },
      replayed: { type: "boolean", description: "True when the command had been executed before." },
    },
    required: ["commandId", "version", "replayed"],
  },
  AcceptedTogether: {
    type: "object",
    properties: {
      outcomes: {
        type: "array",
        items: { $ref: "#/components/schemas/Accepted" },
        description: "One for each command, in the order of the request.",
      },
    },
    required: ["outcomes"],
  },
  Problem: {
    description: "A problem by RFC 9457.",
    type: "object",
    properties: {
      type: { ...text, format: "uri", enum: Object.keys(problems).map((code) => `urn:foldstream:problem:${code}`) },
      title: text,
      status: { type: "integer" },
      detail: text,
      code: { ...text, description: "The last part of `type`; for a rejection, the domain's own code." },
      instance: { ...text, description: "Opaque id of the occurrence, also in the server's log." },
      errors: { type: "array", items: { $ref: "#/components/schemas/ProblemError" } },
      nearest: { type: "array", items: text, description: "The closest names that exist." },
      routes: { type: "array", items: text },
      rejection: {
        type: "object",
        properties: { code: text, message: text, details: { type: "object" } },
        required: ["code", "message"],
      },
      commandIndex: { ...wholeNumber, description: "Which of several commands stopped them all, counted from 0." },
      expectedVersion: wholeNumber,
      actualVersion: wholeNumber,
      waitedMs: { type: "number" },
      waitingFor: { type: "object" },
      retryAfter: { ...wholeNumber, description: "Seconds, as in Retry-After." },
    },
    required: ["type", "title", "status", "code"],
  },
  ProblemError: {
    type: "object",
    properties: { pointer: { ...text, description: "JSON Pointer (RFC 6901) into the input." }, detail: text },
    required: ["pointer", "detail"],
  },
};

export const parameters: { readonly [name: string]: JsonObject } = {
  Id: { name: "id", in: "path", required: true, schema: { ...text, minLength: 1, maxLength: 200 } },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description: "The command id: makes a retry safe. The command is executed at most once under it.",
    schema: { ...text, minLength: 1, maxLength: 257 },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description: 'Executes only when the stream is at this version, written `"v42"`.',
    schema: { ...text, pattern: '^"v[0-9]{1,16}"$' },
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description: "On commands, `*` executes only when the stream is new. On reads, the tags that the client holds.",
    schema: text,
  },
  Traceparent: {
    name: "traceparent",
    in: "header",
    description: "W3C Trace Context, kept with the events.",
    schema: text,
  },
  ConsistencyToken: {
    name: "Consistency-Token",
    in: "header",
    description: "The answer includes the commands that returned these tokens, separated by a comma and a space.",
    schema: text,
  },
  Prefer: {
    name: "Prefer",
    in: "header",
    description: "`wait=<seconds>`: how long to wait for what Consistency-Token stands for (RFC 7240).",
    schema: text,
  },
  After: {
    name: "after",
    in: "query",
    description: "Events after this version.",
    schema: { ...wholeNumber, default: 0 },
  },
  Limit: { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 1_000, default: 100 } },
};

export const headers: { readonly [name: string]: JsonObject } = {
  ETag: { description: "On commands and streams the version, on queries a digest of the answer.", schema: text },
  ReachedToken: { description: "Stands for all tokens that were asked for, and may be passed instead.", schema: text },
  ConsistencyToken: { description: "Pass it to a query to read what this command wrote.", schema: text },
  IdempotencyReplayed: { description: "`true` when the command had been executed before.", schema: text },
  PreferenceApplied: { description: "The wait that was granted.", schema: text },
  Link: { description: '`rel="next"` while the stream goes on (RFC 8288).', schema: text },
  RetryAfter: { description: "Seconds.", schema: wholeNumber },
};

export const responses: { readonly [status: string]: JsonObject } = Object.fromEntries(
  [...new Set(Object.values(problems).map(([status]) => status))].map((status) => [
    `Problem${status}`,
    problemOfStatus(status),
  ]),
);

function problemOfStatus(status: number): JsonObject {
  const kinds = Object.values(problems).filter(([candidate]) => candidate === status);
  return {
    description: `${kinds.map(([, title]) => title).join(". ")}.`,
    ...(status === 503 && { headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } }),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

export function refer(kind: "parameters" | "headers", ...names: readonly string[]): readonly JsonObject[] {
  return names.map((name) => ({ $ref: `#/components/${kind}/${name}` }));
}

export function headerRefs(names: { readonly [header: string]: string }): JsonObject {
  return Object.fromEntries(
    Object.entries(names).map(([header, name]) => [header, { $ref: `#/components/headers/${name}` }]),
  );
}

/** The problems of an operation; 401 and 500 can happen everywhere. */
export function problemRefs(...statuses: readonly number[]): JsonObject {
  return Object.fromEntries(
    [401, ...statuses, 500].map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );
}

export function jsonContent(schema: JsonObject): JsonObject {
  return { "application/json": { schema } };
}
