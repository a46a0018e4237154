/** A function that turns changes of S3 objects into commands. */
import type { CommandRequest } from "foldstream";
import { LambdaError } from "../errors.ts";
import type { CommandHost } from "../host.ts";
import { failing, type PartialAnswer } from "../partial-answer.ts";
import { isAnswered } from "../queue/outcome-of.ts";
import { type TriggerRecord, takesPartialAnswers, triggerOf } from "../trigger/records.ts";
import { objectsIn, type StoredObject } from "./stored-object.ts";

/** The command id, unless it is given, is made of the change: told again, it is executed once. */
export type ObjectCommands = (object: StoredObject) => CommandRequest | readonly CommandRequest[] | undefined;

export type ObjectFunction = (event: unknown) => Promise<PartialAnswer | undefined>;

const tellOfObjects: ReadonlySet<string> = new Set(["s3", "sns", "sqs", "eventbridge"]);

/** @throws LambdaError where the trigger takes no partial answer and not all is done: Lambda calls again, then gives up to the destination. */
export function objectFunction(host: CommandHost, commandsOf: ObjectCommands): ObjectFunction {
  return async (event) => {
    const trigger = triggerOf(event);
    if (!tellOfObjects.has(trigger.source)) throw untold(trigger.source);
    const done = await Promise.all(
      trigger.records.map((record) => executed(host, commandsOf, objectsIn(trigger, record), record)),
    );
    await host.runtime.settled();
    const open = trigger.records.filter((_, index) => !done[index]);
    if (takesPartialAnswers(trigger)) return failing(open.flatMap(({ id }) => id ?? []));
    if (open.length > 0) throw notDone(open.length, trigger.records.length);
    return undefined;
  };
}

async function executed(
  host: CommandHost,
  commandsOf: ObjectCommands,
  objects: readonly StoredObject[] | undefined,
  { id }: TriggerRecord,
): Promise<boolean> {
  if (!objects) {
    host.log("error", "A record tells of no S3 object.", { id });
    return false;
  }
  try {
    const requests = objects.flatMap((object) => requestsFor(object, commandsOf));
    const answered = await Promise.all(requests.map((request) => isAnswered(host, request)));
    return !answered.includes(false);
  } catch (error) {
    host.log("error", "Commands for an S3 object could not be made.", { id, error });
    return false;
  }
}

function requestsFor(object: StoredObject, commandsOf: ObjectCommands): readonly CommandRequest[] {
  const requests = [commandsOf(object) ?? []].flat();
  return requests.map((request, index) => ({ commandId: `s3:${object.changeId}:${index}`, ...request }));
}

function untold(source: string): LambdaError {
  return new LambdaError(
    "unsupported-event",
    `Expected what S3 tells, by itself or through SNS, SQS or EventBridge; found ${source}. Nothing was executed.`,
  );
}

function notDone(open: number, all: number): LambdaError {
  return new LambdaError(
    "not-done",
    `${open} of ${all} records were not done; the log says why. The others were, and are not done twice.`,
  );
}
