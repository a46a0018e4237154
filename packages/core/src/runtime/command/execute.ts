/** The command side of a runtime: checks commands, queues them per stream, and gives each its answer. */
import type { EventMetadata } from "../../definition/event.ts";
import { type Issue, isPromise, type Validation, validate } from "../../definition/schema.ts";
import { FoldstreamError, StoppedError } from "../../errors.ts";
import { type AggregateEntry, type CommandEntry, streamName, unknown } from "../catalog.ts";
import type { Accepted, CommandOutcome, InOrderOutcome, TogetherOutcome } from "../outcome.ts";
import type { CommandOptions, CommandRequest } from "../runtime.ts";
import type { CommandSide } from "./command-side.ts";
import type { ResolvedCommand } from "./decide.ts";
import { fingerprint } from "./fingerprint.ts";
import { appendRun, runInOrder } from "./in-order.ts";
import { Locks } from "./locks.ts";
import { runTogether } from "./together.ts";
import { type PendingCommand, runTurn } from "./turn.ts";

type PartOfTogether = Omit<CommandRequest, keyof CommandOptions>;
interface Names {
  readonly entry: AggregateEntry;
  readonly command: CommandEntry;
}
type Refusal = { readonly ok: false; readonly issues: readonly Issue[] };
type Resolution = { readonly ok: true; readonly command: ResolvedCommand } | Refusal;

export class CommandExecutor {
  readonly #side: CommandSide;
  readonly #locks = new Locks();
  readonly #waiting = new Map<string, PendingCommand[]>();
  #inFlight = 0;
  #stopped = false;
  #drained: (() => void) | undefined;

  constructor(side: CommandSide) {
    this.#side = side;
  }

  async execute(request: CommandRequest): Promise<CommandOutcome> {
    if (this.#stopped) throw new StoppedError("The runtime");
    const names = this.#find(request);
    const { clock } = this.#side.environment;
    const began = clock.now();
    this.#inFlight++;
    let outcome: CommandOutcome | undefined;
    try {
      const resolving = this.#resolve(names, request, this.#identify(request));
      const resolution = isPromise(resolving) ? await resolving : resolving;
      outcome = resolution.ok ? await this.#queue(resolution.command) : invalid(resolution);
      return outcome;
    } finally {
      this.#side.observer.command?.({
        aggregate: request.aggregate,
        command: request.command,
        outcome: outcomeName(outcome),
        ms: clock.now() - began,
      });
      this.#leave();
    }
  }

  async together(requests: readonly PartOfTogether[], options: CommandOptions): Promise<TogetherOutcome> {
    if (this.#stopped) throw new StoppedError("The runtime");
    this.#inFlight++;
    try {
      return await this.#together(requests, options);
    } finally {
      this.#leave();
    }
  }

  inOrder(requests: readonly CommandRequest[]): Promise<InOrderOutcome> {
    const { ids } = this.#side.environment;
    const identified = requests.map((request) => ({ ...request, commandId: request.commandId ?? ids.next() }));
    return runInOrder(identified, { run: (open) => this.#run(open), execute: (request) => this.execute(request) });
  }

  /** Refuses new commands and resolves when the accepted ones are answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  /** Executes the first of them in one append, where that can be done at once. */
  async #run(requests: readonly CommandRequest[]): Promise<readonly Accepted[]> {
    if (this.#stopped || requests.length < 2) return [];
    const { environment, observer } = this.#side;
    const began = environment.clock.now();
    this.#inFlight++;
    try {
      const commands = await this.#neighbours(requests);
      if (commands.length < 2) return [];
      const outcomes = await this.#locked(commands, () => appendRun(this.#side, commands));
      for (const { aggregate, command } of requests.slice(0, outcomes.length))
        observer.command?.({ aggregate, command, outcome: "accepted", ms: environment.clock.now() - began });
      return outcomes;
    } finally {
      this.#leave();
    }
  }

  /** The first commands, as long as they are on one stream and valid. */
  async #neighbours(requests: readonly CommandRequest[]): Promise<readonly ResolvedCommand[]> {
    const commands: ResolvedCommand[] = [];
    for (const request of requests) {
      if (request.aggregate !== requests[0]?.aggregate || request.id !== requests[0].id) break;
      const resolution = await this.#resolve(this.#find(request), request, this.#identify(request));
      if (!resolution.ok) break;
      commands.push(resolution.command);
    }
    return commands;
  }

  #leave(): void {
    if (--this.#inFlight === 0) this.#drained?.();
  }

  async #together(requests: readonly PartOfTogether[], options: CommandOptions): Promise<TogetherOutcome> {
    if (requests.length === 0)
      throw new FoldstreamError("no-commands", "executeTogether: expected at least one command, found none.");
    const metadata = this.#identify(options);
    const digest = options.commandId ? fingerprint("together", requests) : "";
    const commands: ResolvedCommand[] = [];
    for (const [index, request] of requests.entries()) {
      const resolution = await this.#resolve(this.#find(request), { ...options, ...request }, metadata);
      if (!resolution.ok) return { ok: false, index, refused: invalid(resolution) };
      commands.push({ ...resolution.command, fingerprint: digest });
    }
    return this.#locked(commands, () => runTogether(this.#side, commands));
  }

  /** Nobody else writes to the streams of `commands` here meanwhile. */
  async #locked<T>(commands: readonly ResolvedCommand[], work: () => Promise<T>): Promise<T> {
    const streams = [...new Set(commands.map(({ stream }) => stream))];
    await this.#locks.acquireAll(streams);
    try {
      return await work();
    } finally {
      for (const stream of streams) this.#locks.release(stream);
    }
  }

  #identify({ commandId, correlationId, causationId, principal, traceparent }: CommandOptions): EventMetadata {
    const id = commandId ?? this.#side.environment.ids.next();
    return {
      commandId: id,
      correlationId: correlationId ?? id,
      causationId: causationId ?? id,
      ...(principal && { principal }),
      ...(traceparent !== undefined && { traceparent }),
    };
  }

  /** @throws UnknownNameError */
  #find({ aggregate, command }: PartOfTogether): Names {
    const entry = this.#side.catalog.aggregate(aggregate);
    const found = entry.commands.get(command);
    return { entry, command: found ?? unknown(`command of aggregate "${aggregate}"`, command, entry.commands.keys()) };
  }

  /** Stays synchronous for synchronous schemas. */
  #resolve(
    { entry, command }: Names,
    request: CommandRequest,
    metadata: EventMetadata,
  ): Resolution | Promise<Resolution> {
    const idIssue = streamIdProblem(request.id) ?? metadataProblem(metadata);
    if (idIssue) return { ok: false, issues: [{ pointer: "", message: idIssue }] };
    const finish = (validation: Validation<unknown>): Resolution =>
      validation.ok ? { ok: true, command: resolved(entry, command, request, metadata, validation.value) } : validation;
    const validation = validate(command.schema, request.data);
    return isPromise(validation) ? validation.then(finish) : finish(validation);
  }

  #queue(command: ResolvedCommand): Promise<CommandOutcome> {
    return new Promise((answer, fail) => {
      const waiting = this.#waiting.get(command.stream);
      if (waiting) {
        waiting.push({ command, answer, fail });
        return;
      }
      this.#waiting.set(command.stream, [{ command, answer, fail }]);
      this.#schedule(command);
    });
  }

  /** The turn starts once everything runnable has run, so that commands that arrive together share it. */
  #schedule({ entry, stream }: ResolvedCommand): void {
    this.#side.environment.scheduler.soon(() => {
      const turn = this.#locks.acquire(stream);
      if (turn) turn.then(() => this.#takeTurn(entry, stream));
      else this.#takeTurn(entry, stream);
    });
  }

  async #takeTurn(entry: AggregateEntry, stream: string): Promise<void> {
    const waiting = this.#waiting.get(stream) ?? [];
    const taken = waiting.splice(0, this.#side.settings.commandsPerAppend);
    const [next] = waiting;
    if (next) this.#schedule(next.command);
    else this.#waiting.delete(stream);
    await runTurn(this.#side, entry, stream, taken);
    this.#locks.release(stream);
  }
}

function resolved(
  entry: AggregateEntry,
  command: CommandEntry,
  request: CommandRequest,
  metadata: EventMetadata,
  data: unknown,
): ResolvedCommand {
  const retryable = request.commandId !== undefined;
  return {
    entry,
    id: request.id,
    stream: streamName(request.aggregate, request.id),
    command,
    data,
    retryable,
    fingerprint: retryable ? fingerprint(request.command, data) : "",
    expectedVersion: request.expectedVersion,
    metadata,
  };
}

/** Stream ids are names, kept short enough to be keys in every store. */
export function streamIdProblem(id: string): string | undefined {
  if (id.length === 0) return "The id is empty.";
  if (id.length > 200) return `The id has ${id.length} characters; at most 200 are allowed.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\u0000-\u001f\u007f]/.test(id)) return "The id contains control characters.";
  return id.isWellFormed() ? undefined : "The id contains half a surrogate pair.";
}

/** Found here, before the command shares an append with others. */
function metadataProblem({ commandId, correlationId, causationId, traceparent }: EventMetadata): string | undefined {
  const texts = Object.entries({ commandId, correlationId, causationId, traceparent: traceparent ?? "" });
  const [name] = texts.find(([, text]) => text.includes("\0") || !text.isWellFormed()) ?? [];
  return name && `${name} contains U+0000 or half a surrogate pair, which not every engine can store.`;
}

function invalid({ issues }: Refusal): CommandOutcome & { readonly ok: false } {
  return { ok: false, reason: "invalid", issues };
}

function outcomeName(outcome: CommandOutcome | undefined): string {
  if (!outcome) return "failed";
  if (!outcome.ok) return outcome.reason;
  return outcome.replayed ? "replayed" : "accepted";
}
