/** Engines that are closed whatever happens. */
import type { Engine } from "foldstream/port";
import type { Role } from "../engine/engine-scheme.ts";
import { openEngine } from "../engine/open-engine.ts";

export async function withEngine<Result>(
  text: string,
  role: Role,
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const engine = await openEngine(text, role);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
