/** dynalite: single items, batches and queries of DynamoDB, in this process (github.com/architect/dynalite, Apache-2.0). */
import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

export interface Dynalite {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** It comes without types. Times are those that a table takes to become what it was told to be. */
type DynaliteModule = (options: { readonly createTableMs: number; readonly deleteTableMs: number }) => Server;

const load = createRequire(import.meta.url);

/** Why it cannot be started here, if so. */
export function whyNoDynalite(): string | undefined {
  try {
    load.resolve("dynalite");
    return undefined;
  } catch {
    return "no dynalite here: npm install dynalite";
  }
}

/** On a free port of this machine. */
export async function startDynalite(): Promise<Dynalite> {
  const server = (load("dynalite") as DynaliteModule)({ createTableMs: 0, deleteTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
