/** A function with its copies: a warm one where one is free, else a cold one, up to the reserved concurrency. */
import { type CopyOptions, FunctionCopy } from "../copy/function-copy.ts";
import type { Invoked } from "../copy/invoked.ts";

export interface LocalFunctionOptions extends CopyOptions {
  /** Copies at a time. Whoever comes beyond that is throttled. */
  readonly concurrency: number;
  /** Of the function, in milliseconds. */
  readonly timeoutMs: number;
}

export class LocalFunction {
  readonly #options: LocalFunctionOptions;
  readonly #warm: FunctionCopy[] = [];
  readonly #busy = new Set<FunctionCopy>();
  readonly #all = new Set<FunctionCopy>();
  #running = 0;
  #closed = false;
  /** Copies that were started. */
  cold = 0;
  /** Invocations that found no copy free. */
  throttled = 0;
  /** Invocations that were ended before they had answered. */
  cutOff = 0;

  constructor(options: LocalFunctionOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** `ms` in place of the function's timeout. Never rejects. */
  async invoke(event: unknown, ms: number = this.#options.timeoutMs): Promise<Invoked> {
    if (this.#running >= this.#options.concurrency) {
      this.throttled++;
      return { kind: "throttled" };
    }
    this.#running++;
    try {
      const copy = this.#warmOne() ?? (await this.#start());
      return await this.#work(copy, event, ms);
    } catch (error) {
      return { kind: "failed", error: { errorType: "InitFailure", errorMessage: String(error) } };
    } finally {
      this.#running--;
    }
  }

  /** Whether any copy is at work. */
  get isBusy(): boolean {
    return this.#busy.size > 0;
  }

  /** Ends one that is at work, if any, as a machine that fails would. */
  killOne(): void {
    const [copy] = this.#busy;
    copy?.kill();
  }

  /** Stops one that is at work, if any, for so long. Its time goes on. */
  pauseOne(ms: number): void {
    const [copy] = this.#busy;
    copy?.freeze();
    setTimeout(() => copy?.thaw(), ms).unref();
  }

  /** Ends all copies, and starts no more. Resolves when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const copy of this.#all) copy.kill();
    await Promise.all([...this.#all].map((copy) => copy.ended()));
  }

  /** One that was killed as it became free may be among them. */
  #warmOne(): FunctionCopy | undefined {
    for (let copy = this.#warm.pop(); copy; copy = this.#warm.pop()) if (copy.alive) return copy;
    return undefined;
  }

  async #work(copy: FunctionCopy, event: unknown, ms: number): Promise<Invoked> {
    this.#busy.add(copy);
    try {
      const invoked = await copy.invoke(event, ms);
      if (invoked.kind === "ended") this.cutOff++;
      return invoked;
    } finally {
      this.#busy.delete(copy);
      if (copy.alive) this.#warm.push(copy);
    }
  }

  async #start(): Promise<FunctionCopy> {
    if (this.#closed) throw new Error("The function is closed.");
    this.cold++;
    const copy = await FunctionCopy.start(this.#options);
    this.#all.add(copy);
    void copy.ended().then(() => this.#all.delete(copy));
    if (this.#closed) copy.kill();
    return copy;
  }
}
