/** Functions that take nothing but commands, and load no more than that: for the shortest cold starts. */
import { type CommandHttpOptions, commandHandler } from "@foldstream/http";
import { type App, type CommandRuntime, type CommandRuntimeOptions, createCommandRuntime } from "foldstream";
import type { EventStore } from "foldstream/port";
import type { CommandHost } from "./host.ts";
import { type HttpFunction, type HttpFunctionOptions, httpFunction } from "./http-function.ts";
import { lambdaEnvironment } from "./lambda-environment.ts";
import { type Log, logLine } from "./log-line.ts";
import { type ObjectCommands, type ObjectFunction, objectFunction } from "./object/object-function.ts";
import { type QueueFunction, type QueueOptions, queueFunction } from "./queue/queue-function.ts";

export interface CommandFunctionsOptions<A extends App = App>
  extends Pick<CommandRuntimeOptions, "settings" | "observer"> {
  readonly app: A;
  /** Opens the log, such as `dynamoDbLog()`. */
  readonly log: () => Promise<{ readonly eventStore: EventStore }> | { readonly eventStore: EventStore };
  readonly http?: CommandHttpOptions & Pick<HttpFunctionOptions, "authenticate">;
  readonly queue?: QueueOptions;
  /** Commands for changes of S3 objects. Default: none. */
  readonly objects?: ObjectCommands;
  /** Default: lines of JSON on the console. */
  readonly logLine?: Log;
}

export interface CommandFunctions {
  readonly http: HttpFunction;
  readonly queue: QueueFunction;
  readonly objects: ObjectFunction;
}

/** As `lambdaFunctions` makes them; `http` answers commands and streams. */
export async function commandFunctions<A extends App>(options: CommandFunctionsOptions<A>): Promise<CommandFunctions> {
  const { app, log: open, settings, observer } = options;
  const { eventStore } = await open();
  const chosen = { ...(settings && { settings }), ...(observer && { observer }) };
  const runtime = createCommandRuntime<App>(app, { eventStore, environment: lambdaEnvironment(), ...chosen });
  const host: CommandHost = { runtime: runtime as CommandRuntime, log: options.logLine ?? logLine };
  return {
    http: httpFunction(host, (http) => commandHandler(runtime, http), options.http),
    queue: queueFunction(host, options.queue),
    objects: objectFunction(host, options.objects ?? (() => undefined)),
  };
}
