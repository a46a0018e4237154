/** Serves a Fetch handler over HTTP from this process. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { PortTakenError } from "./errors.ts";
import { OpenResponses } from "./open-responses.ts";

export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Default: PORT of the environment, else 3000. 0 takes any free port. */
  readonly port?: number;
  /** Default 127.0.0.1: only this machine. `0.0.0.0` or `::` opens it to the network. */
  readonly host?: string;
  /** How long `close` lets requests finish, in milliseconds. Default 10,000. */
  readonly graceMs?: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  /**
   * Accepts no more connections, ends event streams (their clients reconnect), lets the other requests finish, and cuts off those
   * that take longer than `graceMs`. Safe to call twice.
   */
  close(): Promise<void>;
}

/** @throws PortTakenError when another process has the port. */
export async function serve({ fetch, graceMs = 10_000, ...options }: ServeOptions): Promise<RunningServer> {
  const { port = Number(process.env.PORT ?? 3_000), host = "127.0.0.1" } = options;
  const server = createAdaptorServer({ fetch, createServer }) as Server;
  const open = new OpenResponses(server);
  await listening(server, host, port);
  const bound = (server.address() as AddressInfo).port;
  let closing: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: () => (closing ??= closed(server, open, graceMs)),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) =>
      reject(cause.code === "EADDRINUSE" ? new PortTakenError(host, port, { cause }) : cause);
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

async function closed(server: Server, open: OpenResponses, graceMs: number): Promise<void> {
  const done = new Promise<void>((resolve) => server.close(() => resolve()));
  open.finish();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await done;
  clearTimeout(cutOff);
}
