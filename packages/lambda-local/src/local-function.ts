/** A function with its copies: a warm one where one is free, else a cold one, up to the reserved concurrency. */
import { type CopyOptions, FunctionCopy } from "./function-copy.ts";
import type { Invoked } from "./runtime-api.ts";

export interface LocalFunctionOptions extends CopyOptions {
  /** Copies at a time. Whoever comes too many waits here, where Lambda would refuse and the caller try again. */
  readonly concurrency: number;
  /** Of the function, in milliseconds. */
  readonly timeoutMs: number;
}

export class LocalFunction {
  readonly #options: LocalFunctionOptions;
  readonly #warm: FunctionCopy[] = [];
  readonly #busy = new Set<FunctionCopy>();
  readonly #queue: (() => void)[] = [];
  #running = 0;
  /** Copies that were started. */
  cold = 0;
  /** What all of them printed. */
  readonly printed: string[] = [];

  constructor(options: LocalFunctionOptions) {
    this.#options = options;
  }

  /** `ms` in place of the function's timeout. */
  async invoke(event: unknown, ms: number = this.#options.timeoutMs): Promise<Invoked> {
    await this.#turn();
    let copy: FunctionCopy | undefined;
    try {
      copy = this.#warm.pop() ?? (await this.#start());
      this.#busy.add(copy);
      return await copy.invoke(event, ms);
    } finally {
      if (copy) this.#done(copy);
      this.#running--;
      this.#queue.shift()?.();
    }
  }

  /** Ends one that is at work, if any, as a machine that fails would. */
  killOne(): void {
    const [copy] = this.#busy;
    copy?.kill();
  }

  close(): void {
    for (const copy of [...this.#warm, ...this.#busy]) copy.kill();
  }

  async #turn(): Promise<void> {
    if (this.#running >= this.#options.concurrency) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#running++;
  }

  #start(): Promise<FunctionCopy> {
    this.cold++;
    return FunctionCopy.start(this.#options);
  }

  #done(copy: FunctionCopy): void {
    this.#busy.delete(copy);
    if (copy.alive) this.#warm.push(copy);
    else this.printed.push(copy.printed);
  }
}
