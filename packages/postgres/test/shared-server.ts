/**
 * Vitest's global setup: one server for all test files of a run, started by the first that asks, so that runs without such tests do
 * not pay for it. Files run in processes of their own, and ask over a socket.
 */
import { createServer, type Socket } from "node:net";
import type { LocalPostgres } from "@foldstream/postgres-local";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where to ask for the connection string. */
    postgresPort: number;
  }
}

export default async function sharedServer(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<LocalPostgres> | undefined;
  const answer = async (socket: Socket) => {
    socket.on("error", () => undefined);
    server ??= import("@foldstream/postgres-local").then(({ startPostgres }) => startPostgres({ durable: false }));
    await server.then(
      ({ connectionString }) => socket.end(connectionString),
      (error: unknown) => socket.end(String(error)),
    );
  };
  const asked = createServer((socket) => void answer(socket));
  await new Promise<void>((resolve) => asked.listen(0, "127.0.0.1", resolve));
  project.provide("postgresPort", (asked.address() as { port: number }).port);
  return async () => {
    asked.close();
    await (await server)?.stop();
  };
}
