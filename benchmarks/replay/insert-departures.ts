/** The bare row: the data of the same commands, inserted as they come, with nothing decided and nothing checked. */
import { join } from "node:path";
import { replay } from "@foldstream/example-flights";
import type { Runtime } from "foldstream";
import type { BareEvent } from "../engines/bench-engine.ts";
import { sqliteBareLog } from "../engines/sqlite-bare.ts";
import type { Run } from "../question.ts";
import { timedBatches } from "../timed.ts";

export async function insertDepartures(departures: number, folder: string): Promise<Run> {
  const inserts = await recorded(departures);
  const log = sqliteBareLog(join(folder, "bare.db"));
  const run = await timedBatches(inserts.length, 100, (first) => log.insert(inserts.slice(first, first + 100)));
  await log.close();
  return run;
}

/** Lets the replay run against a runtime that accepts everything and only takes notes. */
async function recorded(departures: number): Promise<readonly BareEvent[]> {
  const inserts: BareEvent[] = [];
  const versions = new Map<string, number>();
  const execute: Runtime["execute"] = async (aggregate, id, _command, data, options) => {
    const stream = `${aggregate.name}-${id}`;
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    inserts.push({ stream, version, data });
    return { ok: true, commandId: options?.commandId ?? "", version, token: "", replayed: false };
  };
  await replay({ runtime: { execute }, limit: departures });
  return inserts;
}
