/** Calls from a process to its engine: each takes its time there and back, and faults strike on the way. */
import { StoreFailureError } from "../../errors.ts";
import type { Chance } from "./chance.ts";
import type { Fault, Faults } from "./faults.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** One way, at most. */
const latencyMs = 4;
/** A late write is done at most so long after it was asked for. */
export const lateMs = 400;

const writeFaults = [
  "crashBeforeWrite",
  "throttled",
  "lostAnswer",
  "crashAfterWrite",
  "crashAfterAnswer",
] as const satisfies readonly Fault[];

/** Takes what is to be said to the caller. */
type Fail = (how: string) => void;

export interface CallSide {
  readonly chance: Chance;
  readonly time: VirtualTime;
  readonly faults: Faults;
}

export class Calls {
  readonly process: SimulatedProcess;
  readonly #side: CallSide;
  readonly #counts = new Map<string, number>();

  constructor(process: SimulatedProcess, side: CallSide) {
    this.process = process;
    this.#side = side;
  }

  get faults(): Faults {
    return this.#side.faults;
  }

  /** A name for the next call of this kind, the same in every run of the seed. */
  place(what: string): string {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    return `${this.process.name} ${what} ${count}`;
  }

  read<T>(what: string, act: (place: string) => Promise<T>): Promise<T> {
    const place = this.place(what);
    return this.#travel(place, (answer, fail) => {
      if (this.faults.strike(place, "throttled")) fail("was throttled");
      else answer(act(place));
    });
  }

  /** `act` changes the engine at once when it is called. */
  write<T>(what: string, act: () => Promise<T>): Promise<T> {
    const place = this.place(what);
    return this.#travel(place, (answer, fail) => this.#write(place, act, answer, fail));
  }

  /** A write that the engine may do after it has said that it failed, if `late` strikes. */
  lateWrite<T>(what: string, late: "lateAppend" | "lateStep", act: () => Promise<T>): Promise<T> {
    const place = this.place(what);
    return this.#travel(place, (answer, fail) => {
      if (this.faults.strike(place, late)) {
        this.#side.time.after(lateMs * this.#side.chance.of(`late ${place}`), () => void act());
        fail("timed out");
      } else this.#write(place, act, answer, fail);
    });
  }

  #write<T>(place: string, act: () => Promise<T>, answer: (result: Promise<T>) => void, fail: Fail): void {
    const fault = this.faults.strike(place, ...writeFaults);
    if (fault === "throttled") fail("was throttled");
    if (fault === "crashBeforeWrite") this.process.kill();
    if (fault === "throttled" || fault === "crashBeforeWrite") return;
    const result = act();
    if (fault === "lostAnswer") fail("got no answer");
    else if (fault === "crashAfterWrite") this.process.kill();
    else answer(result);
    if (fault === "crashAfterAnswer") this.process.after(latencyMs, () => this.process.kill());
  }

  #travel<T>(place: string, arrive: (answer: (result: Promise<T>) => void, fail: Fail) => void): Promise<T> {
    const { chance } = this.#side;
    return new Promise((resolve, reject) => {
      const back = (act: () => void) => this.process.after(latencyMs * chance.of(`back from ${place}`), act);
      const answer = (result: Promise<T>) => {
        result.catch(() => undefined);
        back(() => void result.then(resolve, reject));
      };
      const fail = (how: string) => void back(() => reject(new StoreFailureError(`simulated: ${place} ${how}`)));
      this.process.after(latencyMs * chance.of(`to ${place}`), () => arrive(answer, fail));
    });
  }
}
