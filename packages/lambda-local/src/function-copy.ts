/** One copy of a function: a process that is frozen whenever it has nothing to do, and ended when its time is up. */
import { type ChildProcess, spawn } from "node:child_process";
import { type Invoked, RuntimeApi } from "./runtime-api.ts";
import type { RuntimeClient } from "./runtime-client.ts";

export interface CopyOptions {
  readonly client: RuntimeClient;
  /** Folder of the bundle. */
  readonly root: string;
  /** Such as `index.http`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Lambda gives the init phase so long (docs: "Understanding the Lambda execution environment lifecycle"), on a faster machine. */
const initMs = 120_000;

export class FunctionCopy {
  readonly #process: ChildProcess;
  readonly #api: RuntimeApi;
  #printed = "";
  alive = true;

  private constructor(process: ChildProcess, api: RuntimeApi) {
    this.#process = process;
    this.#api = api;
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#printed += text;
      });
    process.once("exit", () => {
      this.alive = false;
      api.end();
    });
  }

  /** Resolves after its init phase. @throws Error with what it printed when that fails. */
  static async start({ client, root, handler, environment }: CopyOptions): Promise<FunctionCopy> {
    const api = await RuntimeApi.start();
    const child = spawn(client.node, [client.path, handler], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...lambdaVariables(root, handler), ...environment, AWS_LAMBDA_RUNTIME_API: api.address },
    });
    const copy = new FunctionCopy(child, api);
    const tooLong = setTimeout(() => copy.kill(), initMs);
    try {
      await api.initialized;
    } catch (cause) {
      throw new Error(`${handler} did not start:\n${copy.printed}`, { cause });
    } finally {
      clearTimeout(tooLong);
    }
    await copy.#freeze();
    return copy;
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  get printed(): string {
    return this.#printed;
  }

  /** Thaws it, has it work, and freezes it again. Kills it when the time is up. */
  async invoke(event: unknown, ms: number): Promise<Invoked> {
    this.#process.kill("SIGCONT");
    const timeIsUp = setTimeout(() => this.kill(), ms);
    const invoked = await this.#api.invoke(event, Date.now() + ms);
    if (invoked.kind !== "ended") await this.#api.idle();
    clearTimeout(timeIsUp);
    await this.#freeze();
    return invoked;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  async #freeze(): Promise<void> {
    if (this.alive) this.#process.kill("SIGSTOP");
  }
}

function lambdaVariables(root: string, handler: string): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return {
    PATH,
    LAMBDA_TASK_ROOT: root,
    _HANDLER: handler,
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: "local",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/local",
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
  };
}
