/** A command as a message of a queue: JSON with the names and the payload, and what else a command may carry. */
import type { CommandRequest, Principal } from "foldstream";
import { LambdaError } from "../errors.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { Message } from "../trigger/message.ts";

const names = ["aggregate", "id", "command"] as const;
const optionalTexts = ["commandId", "correlationId", "causationId", "traceparent"] as const;

/**
 * The command id is the sender's, else the message's: a message that is delivered again is executed once. Who sent it is not read from
 * the message, since anybody who may send could claim anything. @throws LambdaError `invalid-message`
 */
export function commandOf({ id, content }: Message, principal: Principal | undefined): CommandRequest {
  if (!isObject(content)) throw invalid("it is no JSON object");
  const wrong = [
    ...names.filter((name) => typeof content[name] !== "string"),
    ...optionalTexts.filter((name) => content[name] !== undefined && typeof content[name] !== "string"),
    ...(isVersion(content.expectedVersion) ? [] : ["expectedVersion"]),
  ];
  if (wrong.length > 0) throw invalid(`${wrong.join(", ")} cannot be read`);
  const { expectedVersion } = content as { readonly expectedVersion?: number };
  const found: Partial<CommandRequest> = textsOf(content, optionalTexts);
  return {
    ...textsOf(content, names),
    data: content.data ?? {},
    ...found,
    commandId: found.commandId ?? `message:${id}`,
    ...(expectedVersion !== undefined && { expectedVersion }),
    ...(principal && { principal }),
  };
}

function isVersion(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function textsOf<const N extends string>(content: JsonObject, wanted: readonly N[]): Readonly<Record<N, string>> {
  const found = wanted.flatMap((name) => (typeof content[name] === "string" ? [[name, content[name]]] : []));
  return Object.fromEntries(found);
}

function invalid(found: string): LambdaError {
  return new LambdaError(
    "invalid-message",
    "Expected a message such as " +
      '{ "aggregate": "counter", "id": "a", "command": "Increment", "data": { "by": 1 } }, with commandId, correlationId, causationId, ' +
      `traceparent (texts) and expectedVersion (from 0) where wanted; ${found}. Nothing was executed.`,
  );
}
