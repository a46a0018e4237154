/** Shows progress: a bar on a terminal, a line now and then elsewhere. */
import { Presets, SingleBar } from "cli-progress";
import { Pace, type Progress } from "./pace.ts";

export interface ProgressDisplay {
  show(progress: Progress): void;
  stop(): void;
}

const lineEveryMs = 2_000;

export function progressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? barOn(stream) : linesOn(stream);
}

/** Stopping is up to the caller, who lets the writes on their way finish first. */
function barOn(stream: NodeJS.WriteStream): ProgressDisplay {
  const pace = new Pace();
  const options = { stream, format: "{bar} {text}", barsize: 24, hideCursor: true, gracefulExit: false };
  let bar: SingleBar | undefined;
  return {
    show(progress) {
      const text = pace.text(progress);
      if (!bar) {
        bar = new SingleBar(options, Presets.shades_classic);
        bar.start(1, 0, { text });
      }
      bar.update(progress.share ?? 0, { text });
    },
    stop: () => bar?.stop(),
  };
}

/** One line per phase at least. */
export function linesOn(
  stream: Pick<NodeJS.WriteStream, "write">,
  now: () => number = () => performance.now(),
): ProgressDisplay {
  const pace = new Pace(now);
  let last: Progress | undefined;
  let text = "";
  let saidAt = now();
  const say = () => {
    if (text !== "") stream.write(`${text}\n`);
    text = "";
    saidAt = now();
  };
  return {
    show(progress) {
      if (last && last.phase !== progress.phase) say();
      last = progress;
      text = pace.text(progress);
      if (now() - saidAt >= lineEveryMs) say();
    },
    stop: say,
  };
}
