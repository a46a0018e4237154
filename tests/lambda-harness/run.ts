/** One run: clients press, everything goes wrong, then it is counted. */
import { setTimeout as sleep } from "node:timers/promises";
import type { RuntimeClient } from "@foldstream/lambda-local";
import { Book } from "./book.ts";
import { Chance } from "./chance.ts";
import { type DeployedExample, deployExample } from "./deployed-example.ts";
import { type FaultKind, Faults } from "./faults.ts";
import { ask, type Client, send } from "./http-client.ts";
import { type Load, loads } from "./loads.ts";
import type { HarnessOptions } from "./options.ts";
import { drained, leave, type QueueClient } from "./queue-client.ts";
import { type StreamVerdict, type Verdict, verdictOn } from "./verdict.ts";

export interface HarnessReport extends Verdict {
  readonly runtimeClient: RuntimeClient["name"];
  readonly seed: number;
  readonly accepted: { readonly http: number; readonly queue: number };
  readonly answered: number;
  readonly unanswered: number;
  readonly redriven: number;
  readonly coldCopies: number;
  readonly throttledInvocations: number;
  /** Whose copy was killed before it had answered, since its time was up or otherwise. */
  readonly cutOffInvocations: number;
  readonly batches: number;
  readonly ordered: Readonly<Record<FaultKind, number>>;
}

export interface RunOptions extends HarnessOptions {
  readonly client: RuntimeClient;
  readonly onProgress?: (line: string) => void;
}

/** Commands left in the queue, one after the other. */
const queueClients = 2;
const betweenMessagesMs = 500;
const progressMs = 2_000;

interface Run {
  readonly options: RunOptions;
  readonly load: Load;
  readonly faults: Faults;
  readonly chance: Chance;
  readonly http: Client;
  readonly queue: QueueClient;
}

export async function runHarness(options: RunOptions): Promise<HarnessReport> {
  const chance = new Chance(options.seed);
  const faults = new Faults(options.faults, chance);
  const example = await deployExample(options.app, options.client, faults.disturbances);
  const load = loads[options.app] as Load;
  const book = new Book();
  const http = { url: example.deployment.url, load, book, chance };
  const queue = { queues: example.deployment.queues, name: example.name, load, book };
  const run: Run = { options, load, faults, chance, http, queue };
  try {
    await underFire(run, example);
    options.onProgress?.("Every client has its answers. Draining the queue.");
    const redriven = await drained(queue);
    options.onProgress?.("Recording what nobody was told of, and counting.");
    await example.deployment.function(`${example.name}-sweep`).invoke({});
    return report(run, example, await counted(run), redriven);
  } finally {
    await example.close();
  }
}

/** Resolves when clients have all their answers. The last ones come after the last fault. */
async function underFire(run: Run, { dynamoDb, deployment }: DeployedExample): Promise<void> {
  const { options, faults, http } = run;
  const answered = () => http.book.answered();
  const targets = { proxy: dynamoDb.proxy, functions: deployment.functions, answered };
  const goesOn = () => isTooEarly(run, deployment, until);
  const until = Date.now() + options.seconds * 1_000;
  const telling = tellProgress(run, deployment);
  faults.start(targets);
  const clients = Array.from({ length: options.clients }, (_, client) => pressWhile(run, goesOn, client));
  const senders = Array.from({ length: queueClients }, (_, sender) => leaveWhile(run, goesOn, sender));
  const calmDown = async () => {
    while (goesOn()) await sleep(50);
    faults.stop(targets);
  };
  try {
    await Promise.all([...clients, ...senders, calmDown()]);
  } finally {
    clearInterval(telling);
  }
}

function tellProgress({ options, http: { book } }: Run, deployment: DeployedExample["deployment"]): NodeJS.Timeout {
  const began = Date.now();
  return setInterval(() => {
    const seconds = Math.round((Date.now() - began) / 1_000);
    options.onProgress?.(
      `${seconds} s of ${options.seconds}: ${book.count("http")} + ${book.count("queue")} accepted, ${book.answered()} answered, ` +
        `${book.unanswered} sent again, ${coldCopies(deployment)} cold copies`,
    );
  }, progressMs);
}

/** Whatever the machine's speed, there are as many answers as clients, and copies that were ended at work, where they are to be. */
function isTooEarly({ options, http }: Run, { functions }: DeployedExample["deployment"], until: number): boolean {
  if (Date.now() < until || http.book.answered() < options.clients) return true;
  const cutsOff = options.faults.has("kills") || options.faults.has("timeouts");
  return cutsOff && functions.every(({ cutOff }) => cutOff === 0);
}

async function pressWhile(run: Run, goesOn: () => boolean, client: number): Promise<void> {
  for (let press = 0; goesOn(); press++)
    await send(run.http, `http-${client}-${press}`, anyStream(run), run.faults.strikes("duplicates", 4) ? 2 : 1);
}

async function leaveWhile(run: Run, goesOn: () => boolean, sender: number): Promise<void> {
  for (let message = 0; goesOn(); message++) {
    await leave(run.queue, `queue-${sender}-${message}`, anyStream(run), run.faults.strikes("duplicates", 4) ? 2 : 1);
    await sleep(betweenMessagesMs);
  }
}

function anyStream({ load, chance }: Run): string {
  return load.ids[chance.once(2) ? 0 : chance.below(load.ids.length)] as string;
}

/** A last command on each stream tells its version, and its token includes all before it. */
async function counted({ http, load }: Run): Promise<readonly StreamVerdict[]> {
  const verdicts: StreamVerdict[] = [];
  for (const stream of load.ids) {
    const { token, version } = await send(http, `last-${stream}`, stream);
    verdicts.push({ stream, accepted: http.book.accepted(stream), version, value: await ask(http, stream, token) });
  }
  return verdicts;
}

function report(
  { options, faults, http: { book } }: Run,
  { deployment }: DeployedExample,
  streams: readonly StreamVerdict[],
  redriven: number,
): HarnessReport {
  return {
    ...verdictOn(book, streams),
    runtimeClient: options.client.name,
    seed: options.seed,
    accepted: { http: book.count("http"), queue: book.count("queue") },
    answered: book.answered(),
    unanswered: book.unanswered,
    redriven,
    coldCopies: coldCopies(deployment),
    throttledInvocations: deployment.functions.reduce((sum, { throttled }) => sum + throttled, 0),
    cutOffInvocations: deployment.functions.reduce((sum, { cutOff }) => sum + cutOff, 0),
    batches: deployment.delivered,
    ordered: faults.ordered,
  };
}

function coldCopies({ functions }: DeployedExample["deployment"]): number {
  return functions.reduce((sum, { cold }) => sum + cold, 0);
}
