/**
 * A proxy between the SDK and an engine. It lets one write through at a time, since moto's transactions are not isolated from each
 * other; it injects faults; it counts requests and the capacity that they would consume on AWS.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Account, Accountant } from "./accountant.ts";
import { EngineClient, type WireAnswer } from "./engine-client.ts";
import { exception, jsonHeaders } from "./exception.ts";
import { type Fault, type FaultRule, FaultRules, type Injected } from "./faults.ts";
import { beyondLimits } from "./limits.ts";
import { ReadWriteLock } from "./read-write-lock.ts";
import { TransactionTokens } from "./transaction-tokens.ts";
import { type Halves, halfOf } from "./unprocessed.ts";

export interface FaultProxy {
  readonly endpoint: string;
  inject(rule: FaultRule): Injected;
  /** Removes all faults. */
  clear(): void;
  /** Since the start or `resetAccount`. Units are counted only where the proxy was asked to. */
  account(): Account;
  resetAccount(): void;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  /** Where the engine is. */
  readonly engine: string;
  /** Count capacity units. It takes two more requests a write. Default false. */
  readonly countUnits?: boolean;
}

const writes = new Set(["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"]);

export async function startFaultProxy({ engine, countUnits = false }: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new Between(new EngineClient(engine), countUnits);
  const server = createServer(
    { keepAliveTimeout: 60_000 },
    (request, response) => void proxy.handle(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (rule) => proxy.rules.add(rule),
    clear: () => proxy.rules.clear(),
    account: () => proxy.accountant.account(),
    resetAccount: () => proxy.accountant.reset(),
    close: () => close(server, proxy),
  };
}

async function close(server: Server, proxy: Between): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await proxy.idle();
  server.closeAllConnections();
  await closed;
  proxy.engine.close();
}

class Between {
  readonly engine: EngineClient;
  readonly accountant: Accountant;
  readonly rules = new FaultRules();
  readonly #countUnits: boolean;
  readonly #lock = new ReadWriteLock();
  readonly #tokens = new TransactionTokens();
  readonly #running = new Set<Promise<void>>();

  constructor(engine: EngineClient, countUnits: boolean) {
    this.engine = engine;
    this.accountant = new Accountant(engine);
    this.#countUnits = countUnits;
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const handling = this.#handle(request, response)
      .catch(() => void request.socket.destroy())
      .finally(() => this.#running.delete(handling));
    this.#running.add(handling);
    return handling;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const operation = String(request.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    this.accountant.count(operation);
    const rule = this.rules.strike(operation);
    await rule?.until?.catch(() => undefined);
    const refusal = await this.#refusal(rule, request, operation, body);
    if (rule?.fault === "cut") request.socket.destroy();
    else if (refusal) answer(response, refusal);
    else {
      const sent = rule?.fault === "unprocessed" ? halfOf(operation, body) : { body, rest: undefined };
      const engineAnswer = await this.#forward(request, operation, sent.body);
      if (rule?.fault === "applied-then-cut") request.socket.destroy();
      else answer(response, changed(rule?.fault, engineAnswer, sent.rest));
    }
  }

  /** What the proxy says in the engine's place, if anything. */
  async #refusal(
    rule: FaultRule | undefined,
    { headers }: IncomingMessage,
    operation: string,
    body: Buffer,
  ): Promise<WireAnswer | undefined> {
    if (rule?.exception) return exception(400, rule.exception, "Injected.");
    const ask = <T>(name: string, input: unknown) => this.engine.ask<T>(headers, name, input);
    if (!rule?.answer) return (rule && refusals[rule.fault]) ?? beyondLimits(operation, body, ask);
    const output = await rule.answer(JSON.parse(body.toString("utf8")), ask);
    return { status: 200, headers: jsonHeaders, body: Buffer.from(JSON.stringify(output)) };
  }

  #forward({ headers }: IncomingMessage, operation: string, body: Buffer): Promise<WireAnswer> {
    const sized = { ...headers, "content-length": String(body.length) };
    const send = () => this.engine.send(sized, body);
    if (writes.has(operation))
      return this.#lock.write(() =>
        this.#tokens.once(operation, body, () =>
          this.#countUnits ? this.accountant.write(headers, operation, body, send) : send(),
        ),
      );
    return this.#lock.read(async () => {
      const found = await send();
      if (this.#countUnits && found.status === 200) this.accountant.read(operation, body, found.body);
      return found;
    });
  }
}

const refusals: Partial<Record<Fault, WireAnswer>> = {
  throttle: exception(
    400,
    "ProvisionedThroughputExceededException",
    "The level of configured throughput was exceeded.",
  ),
  "server-error": exception(500, "InternalServerError", "The request could not be processed."),
  "transaction-conflict": transactionConflict(),
  "expired-iterator": exception(400, "ExpiredIteratorException", "The iterator has expired."),
  trimmed: exception(400, "TrimmedDataAccessException", "The record is beyond the trim horizon."),
};

function transactionConflict(): WireAnswer {
  const name = "TransactionCanceledException";
  const { status, headers, body } = exception(400, name, "Transaction cancelled: [TransactionConflict]");
  const reasons = [{ Code: "TransactionConflict", Message: "Transaction is ongoing for the item" }];
  const detailed = { ...JSON.parse(body.toString()), CancellationReasons: reasons };
  return { status, headers, body: Buffer.from(JSON.stringify(detailed)) };
}

function changed(fault: Fault | undefined, found: WireAnswer, rest: Halves["rest"] | undefined): WireAnswer {
  if (fault === "applied-then-500") return refusals["server-error"] as WireAnswer;
  if (fault === "unprocessed") return rewritten(found, (output) => ({ ...output, ...rest }));
  if (fault === "drop-records") return rewritten(found, (output) => ({ ...output, Records: [] }));
  if (fault === "duplicate-records")
    return rewritten(found, (output) => ({
      ...output,
      Records: (output.Records as unknown[]).flatMap((record) => [record, record]),
    }));
  return found;
}

function rewritten(
  { status, headers, body }: WireAnswer,
  change: (output: Record<string, unknown>) => Record<string, unknown>,
): WireAnswer {
  return { status, headers, body: Buffer.from(JSON.stringify(change(JSON.parse(body.toString("utf8"))))) };
}

/** The engine's checksum is left out: the body may have been changed, and the SDK checks it where there is one. */
function answer(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  const { "x-amz-crc32": _, "transfer-encoding": __, connection: ___, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": body.length });
  response.end(body);
}
