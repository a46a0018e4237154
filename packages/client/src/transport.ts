/** Sends requests, and sends them again while that is safe and promising. */
import { ClientError } from "./errors.ts";

export interface TransportOptions {
  readonly fetch: typeof fetch;
  /** Repetitions after the first attempt. */
  readonly retries: number;
  /** Upper bound of the first pause in milliseconds; doubles each time, with full jitter. */
  readonly backoffMs: number;
  /** Longest pause, also where the server asks for more. */
  readonly maxBackoffMs: number;
  /** Longest wait for one answer, in milliseconds. */
  readonly attemptMs: number;
}

export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | undefined;
  readonly commandId: string | undefined;
}

/** An answer that has arrived as a whole. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly text: string;
}

/** True for an answer that is to be taken as it is, although its status invites a retry. */
export type IsFinal = (answer: Answer) => boolean;

const passing = new Set([429, 502, 503, 504]);

/** True for answers after which the same request may succeed. */
export function isPassing(status: number): boolean {
  return passing.has(status);
}

/**
 * The first answer that a retry would not better, or the last one. Retries are safe since commands carry their id and queries only read.
 * @throws ClientError when no answer came.
 */
export async function send(outgoing: Outgoing, options: TransportOptions, isFinal: IsFinal): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const last = attempt >= options.retries;
    const answer = await attemptOnce(outgoing, options).catch((error: unknown) => failed(error, outgoing, last));
    if (answer && (last || !isPassing(answer.status) || isFinal(answer))) return answer;
    await pause(pauseMs(attempt, answer, options), outgoing.signal);
  }
}

async function attemptOnce({ url, headers, body, signal }: Outgoing, options: TransportOptions): Promise<Answer> {
  const limit = AbortSignal.timeout(options.attemptMs);
  const bounded = signal ? AbortSignal.any([signal, limit]) : limit;
  return wholeAnswer(await options.fetch(url, { method: "POST", headers, body, signal: bounded }));
}

export async function wholeAnswer(response: Response): Promise<Answer> {
  const { status, statusText, headers } = response;
  return { status, statusText, headers, text: await response.text() };
}

function failed(cause: unknown, { signal, url, commandId }: Outgoing, last: boolean): undefined {
  if (signal?.aborted) throw new ClientError("aborted", "The request was aborted by its caller.", { cause, commandId });
  if (last)
    throw new ClientError("network", `No answer from ${url}. Check that the server runs and can be reached.`, {
      cause,
      commandId,
    });
  return undefined;
}

/** Full jitter (AWS Architecture Blog, "Exponential Backoff and Jitter"), but not before the time the server names. */
export function pauseMs(
  attempt: number,
  answer: Answer | undefined,
  options: Pick<TransportOptions, "backoffMs" | "maxBackoffMs">,
): number {
  const jittered = Math.random() * options.backoffMs * 2 ** Math.min(attempt, 16);
  const asked = Number(answer?.headers.get("retry-after") ?? 0) * 1_000;
  return Math.min(
    options.maxBackoffMs,
    Math.max(jittered, Number.isFinite(asked) ? asked * (0.5 + Math.random() / 2) : 0),
  );
}

/** @throws ClientError when the signal fires first. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new ClientError("aborted", "The request was aborted by its caller."));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
