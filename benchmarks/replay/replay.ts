/** How fast do real departures become events, with their read models kept up meanwhile? */
import { inOwnProcess } from "../own-process.ts";
import type { Question, Run, Subject } from "../question.ts";
import type { ReplayOrder } from "./replay-process.ts";

export const replay: Question = {
  name: "replay",
  about: "real departures as commands on the streams of their airports, beside inserts of the same events",
  engines: ["sqlite"],
  subjects: ({ scale }) => {
    const departures = Math.ceil(200_000 * scale);
    const bare = "bare: the same events, 100 inserts a transaction";
    const subject = (name: string, way: ReplayOrder["way"]): Subject => ({
      name,
      bare,
      run: (folder) => inOwnProcess<ReplayOrder, Run>(program, { way, departures, folder }),
    });
    return [
      subject(bare, "bare inserts"),
      subject("commands to events", "commands"),
      subject("commands to events, three read models caught up", "commands and read models"),
    ];
  },
};

const program = new URL("replay-process.ts", import.meta.url);
