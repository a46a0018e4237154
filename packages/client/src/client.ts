/** The client of an app: its commands and queries by name, typed by the app itself. */
import type { App } from "foldstream";
import { LiveConnection } from "./live.ts";
import { newCommandId } from "./new-command-id.ts";
import { commandOutcome, queryOutcome, togetherOutcome } from "./outcomes.ts";
import { Questions, tokenHeader } from "./questions.ts";
import { Tokens } from "./tokens.ts";
import { send, type TransportOptions } from "./transport.ts";
import type {
  AggregateName,
  AskOptions,
  AskOutcome,
  CommandData,
  CommandNameOf,
  CommandOf,
  ExecuteOptions,
  ExecuteOutcome,
  ExecuteTogetherOutcome,
  LiveOptions,
  QueryAnswer,
  QueryData,
  QueryName,
} from "./types.ts";

export interface ClientOptions {
  /** Where the server's routes hang, base path included; "" for the page's own origin. */
  readonly baseUrl: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
  /** Sent with every request, for example `authorization`. A function is asked each time. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);
  readonly retry?: Partial<Pick<TransportOptions, "retries" | "backoffMs" | "maxBackoffMs" | "attemptMs">>;
}

export interface Client<A extends App> {
  /**
   * Executes a command, at most once: lost answers and busy servers are retried under the same command id. Whatever the server
   * says is a value.
   * @throws ClientError when no usable answer came.
   */
  execute<N extends AggregateName<A>, C extends CommandNameOf<A, N>>(
    aggregate: N,
    id: string,
    command: C,
    data: CommandData<A, N, C>,
    options?: ExecuteOptions,
  ): Promise<ExecuteOutcome>;

  /**
   * Executes commands on several streams, all or nothing and at most once, as `execute` does with one.
   * @throws ClientError when no usable answer came.
   */
  executeTogether(
    commands: readonly CommandOf<A>[],
    options?: Omit<ExecuteOptions, "expectedVersion">,
  ): Promise<ExecuteTogetherOutcome>;

  /**
   * Asks a query. The answer includes every command that this client has been given an answer to, unless `after` says otherwise.
   * @throws ClientError when no usable answer came.
   */
  query<N extends QueryName<A>>(
    query: N,
    input: QueryData<A, N>,
    options?: AskOptions,
  ): Promise<AskOutcome<QueryAnswer<A, N>>>;

  /** Follows a query: calls `onValue` with its answer, and again whenever it has changed. Returns how to stop. */
  live<N extends QueryName<A>>(
    query: N,
    input: QueryData<A, N>,
    onValue: (value: QueryAnswer<A, N>) => void,
    options?: LiveOptions,
  ): () => void;
}

const silenceMs = 45_000;
const never = () => false;

/** Makes a client. Only the type of the app is needed: `client<typeof app>({ baseUrl })` with `import type`. */
export function client<A extends App>(options: ClientOptions): Client<A> {
  const base = options.baseUrl.replace(/\/+$/, "");
  const transport: TransportOptions = {
    fetch: options.fetch ?? ((...request) => fetch(...request)),
    ...{ retries: 5, backoffMs: 100, maxBackoffMs: 5_000, attemptMs: 35_000 },
    ...options.retry,
  };
  const tokens = new Tokens();
  const common = async () => ({ ...(await headersOf(options)), "content-type": "application/json" });
  const questions = new Questions({ transport, common, tokens });

  return {
    async execute(aggregate, id, command, data, { signal, ...conditions } = {}) {
      const commandId = conditions.commandId ?? newCommandId();
      const remember = tokens.begin(`${aggregate}/${id}`);
      const url = `${base}/commands/${aggregate}/${encodeURIComponent(id)}/${command}`;
      const headers = { ...(await common()), ...commandHeaders(commandId, conditions) };
      const answer = await send({ url, headers, body: bodyOf(data), signal, commandId }, transport, never);
      const outcome = commandOutcome(answer, commandId);
      if (outcome.ok) remember(outcome);
      return outcome;
    },

    async executeTogether(commands, { signal, ...conditions } = {}) {
      const commandId = conditions.commandId ?? newCommandId();
      const headers = { ...(await common()), ...commandHeaders(commandId, conditions) };
      const request = { url: `${base}/commands`, headers, body: bodyOf({ commands }), signal, commandId };
      const outcome = togetherOutcome(await send(request, transport, never), commandId);
      if (outcome.ok) tokens.add(outcome.token);
      return outcome;
    },

    async query(query, input, options = {}) {
      return queryOutcome(await questions.ask({ url: `${base}/queries/${query}`, body: bodyOf(input), options }));
    },

    live(query, input, onValue, liveOptions = {}) {
      const { after, signal } = liveOptions;
      const question = { url: `${base}/queries/${query}`, body: bodyOf(input), options: { after, signal } };
      const connection = new LiveConnection({
        url: `${question.url}/live`,
        headers: async () => ({ ...(await common()), ...tokenHeader(await questions.tokensLeft(question)) }),
        body: question.body,
        onValue,
        options: liveOptions,
        transport,
        silenceMs,
      });
      return () => connection.stop();
    },
  };
}

async function headersOf({ headers }: ClientOptions): Promise<Readonly<Record<string, string>>> {
  return typeof headers === "function" ? headers() : (headers ?? {});
}

/** No value at all is written as an empty object: what it stands for is up to the schema's defaults. */
function bodyOf(data: unknown): string {
  return JSON.stringify(data) ?? "{}";
}

function commandHeaders(commandId: string, { expectedVersion, traceparent }: ExecuteOptions): Record<string, string> {
  return {
    "idempotency-key": commandId,
    ...(expectedVersion === 0 && { "if-none-match": "*" }),
    ...(expectedVersion && { "if-match": `"v${expectedVersion}"` }),
    ...(traceparent !== undefined && { traceparent }),
  };
}
