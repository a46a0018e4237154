/** One copy of a function: a process that is frozen whenever it has nothing to do, and ended when its time is up. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Invoked } from "./invoked.ts";
import { RuntimeApi } from "./runtime-api.ts";
import type { RuntimeClient } from "./runtime-client.ts";

export interface CopyOptions {
  readonly client: RuntimeClient;
  /** Of the function. */
  readonly name: string;
  /** Folder of the bundle. */
  readonly root: string;
  /** Such as `index.http`. */
  readonly handler: string;
  /** Told to the code, and not enforced. Default 512. */
  readonly memoryMb?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Takes what the copy prints, as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** Lambda gives the init phase so long (docs: "Understanding the Lambda execution environment lifecycle"), on a faster machine. */
const initMs = 120_000;

export class FunctionCopy {
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #exited: Promise<unknown>;
  alive = true;

  private constructor(process: ChildProcess, api: RuntimeApi) {
    this.#process = process;
    this.#api = api;
    this.#exited = once(process, "exit").then(() => {
      this.alive = false;
      api.end();
    });
  }

  /** Resolves after its init phase. @throws Error with what it printed when that fails. */
  static async start(options: CopyOptions): Promise<FunctionCopy> {
    const { client, handler, onOutput, environment } = options;
    const api = await RuntimeApi.start();
    const child = spawn(client.node, [...client.flags, client.path, handler], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...lambdaVariables(options), ...environment, AWS_LAMBDA_RUNTIME_API: api.address },
    });
    const copy = new FunctionCopy(child, api);
    let printed: string | undefined = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        if (printed !== undefined) printed += text;
        onOutput?.(text);
      });
    const tooLong = setTimeout(() => copy.kill(), initMs);
    try {
      await api.initialized;
    } catch (cause) {
      copy.kill();
      throw new Error(`${handler} did not start:\n${printed}`, { cause });
    } finally {
      clearTimeout(tooLong);
      printed = undefined;
    }
    copy.freeze();
    return copy;
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  /** Thaws it, has it work, and freezes it again. Kills it when the time is up. */
  async invoke(event: unknown, ms: number): Promise<Invoked> {
    this.thaw();
    const timeIsUp = setTimeout(() => this.kill(), ms);
    const invoked = await this.#api.invoke(event, Date.now() + ms);
    if (invoked.kind !== "ended") await this.#api.idle();
    clearTimeout(timeIsUp);
    this.freeze();
    return invoked;
  }

  freeze(): void {
    if (this.alive) this.#process.kill("SIGSTOP");
  }

  thaw(): void {
    if (this.alive) this.#process.kill("SIGCONT");
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Resolves when its process is gone. */
  async ended(): Promise<void> {
    await this.#exited;
  }
}

function lambdaVariables({ name, root, handler, memoryMb = 512 }: CopyOptions): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return {
    PATH,
    TZ: ":UTC",
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
  };
}
