/** An app with policies on one engine in memory, in virtual time, in processes that can be left for dead at any call to the engine. */
import { expect } from "vitest";
import { type AnyPolicy, type App, createRuntime, performs, type Runtime, type Settings } from "../src/index.ts";
import { type MemoryEngineOptions, memoryEngine, memoryEnvironment } from "../src/memory/index.ts";
import type { Engine, Environment } from "../src/port/index.ts";

const never = new Promise<never>(() => undefined);

export interface PolicyProcess {
  readonly runtime: Runtime;
  /** Calls to the engine that it has made so far. */
  calls(): number;
  /** From now on nothing that it does has any effect, and nothing answers it. */
  die(): void;
}

export interface ProcessOptions {
  /** Dies at this call to the engine, before or after it was done. */
  readonly diesAt?: number;
  readonly after?: boolean;
  readonly settings?: Partial<Settings>;
  /** What it runs, where that is not what the world began with. */
  readonly app?: App;
}

export class PolicyWorld {
  readonly time = memoryEnvironment();
  readonly engine: Engine;
  /** What was performed: effect, payload and idempotency key, in order. */
  readonly performed: { readonly payload: unknown; readonly key: string; readonly attempt: number }[] = [];
  /** Says whether an effect fails. */
  fault: ((payload: unknown, attempt: number) => Error | undefined) | undefined;
  /** Set back or ahead of the true time, as clocks are. */
  clockOffsetMs = 0;
  readonly #app: App;
  readonly #processes: PolicyProcess[] = [];

  constructor(app: App, options: MemoryEngineOptions = {}) {
    this.#app = app;
    this.engine = memoryEngine(options);
  }

  /** A process with its runtime, not started yet. */
  process({
    diesAt = Number.POSITIVE_INFINITY,
    after = false,
    settings,
    app = this.#app,
  }: ProcessOptions = {}): PolicyProcess {
    let calls = 0;
    let dead = false;
    const guarded = <T extends object>(port: T): T =>
      new Proxy(port, {
        get: (target, name) => {
          const member = Reflect.get(target, name);
          if (typeof member === "object" && member !== null) return guarded(member);
          if (typeof member !== "function") return member;
          if (name === "subscribe" || name === "reader") {
            const made = member.bind(target);
            return name === "reader" ? (...args: unknown[]) => guarded(made(...args)) : made;
          }
          return async (...args: unknown[]) => {
            calls++;
            if (calls >= diesAt && !after) dead = true;
            if (dead) return never;
            const result = await member.apply(target, args);
            if (calls >= diesAt) dead = true;
            return dead ? never : result;
          };
        },
      });
    const { eventStore, eventFeed, readModels } = this.engine;
    const engine: Engine = {
      eventStore: guarded(eventStore),
      eventFeed: guarded(eventFeed),
      readModels: guarded(readModels),
      close: async () => undefined,
    };
    const { scheduler, clock } = this.time;
    const environment: Environment = {
      ...this.time,
      clock: { now: () => clock.now() + this.clockOffsetMs },
      scheduler: {
        soon: (task) => scheduler.soon(() => dead || task()),
        after: (ms, task) => scheduler.after(ms, () => dead || task()),
      },
    };
    const effects = [...new Set(app.policies.flatMap((one: AnyPolicy) => one.effects ?? []))].map((effect) =>
      performs(effect, async (payload, { idempotencyKey: key, attempt }) => {
        if (dead) return never;
        const error = this.fault?.(payload, attempt);
        if (error) throw error;
        this.performed.push({ payload, key, attempt });
      }),
    );
    const runtime = createRuntime(app, {
      engine,
      environment,
      settings: { leaseMs: 60_000, pollMs: 60_000, ...settings },
      effects,
    });
    const started = {
      runtime: runtime as unknown as Runtime,
      calls: () => calls,
      die: () => {
        dead = true;
      },
    };
    this.#processes.push(started);
    return started;
  }

  async start(options: ProcessOptions = {}): Promise<PolicyProcess> {
    const started = this.process(options);
    void started.runtime.start();
    await this.time.advance(100);
    return started;
  }

  async stop({ runtime }: PolicyProcess): Promise<void> {
    let done = false;
    const stopped = runtime.stop().finally(() => {
      done = true;
    });
    for (let round = 0; !done && round < 1_000; round++) await this.time.advance(10);
    await stopped;
  }

  /** Every event there is, as `stream: Event`, streams in order. */
  async log(): Promise<readonly string[]> {
    const events: string[] = [];
    for (const partition of await this.engine.eventFeed.partitions()) {
      const page = await this.engine.eventFeed.read(partition, 0, 100_000);
      events.push(...page.events.map(({ stream, type }) => `${stream}: ${type.split(".")[1]}`));
    }
    return events.sort();
  }
}

/** Of the first policy. */
export async function statusOf({ runtime }: PolicyProcess) {
  return (await runtime.status()).policies[0];
}

/** Places an order of the checkout, and waits for the answer in the world's time. */
export async function place({ runtime }: PolicyProcess, world: PolicyWorld, id: string, cents = 5): Promise<void> {
  const placing = runtime.dispatch({
    aggregate: "order",
    id,
    command: "Place",
    data: { cents },
    commandId: `place-${id}`,
  });
  await world.time.advance(5);
  expect(await placing).toMatchObject({ ok: true });
}
