import { describe, expect, it } from "vitest";
import { duration } from "./pace.ts";
import { linesOn } from "./progress-display.ts";

function display() {
  let said = "";
  let ms = 0;
  const write = (text: string) => {
    said += text;
    return true;
  };
  const lines = linesOn({ write } as NodeJS.WriteStream, () => ms);
  const wait = (by: number) => {
    ms += by;
  };
  return { ...lines, wait, said: () => said };
}

describe("progress without a terminal", () => {
  it("is a line every two seconds, with rate and time left, and one at the end of each phase", () => {
    const { show, stop, wait, said } = display();

    for (let done = 0; done <= 50_000; done += 10_000) {
      show({ phase: "events", done, share: done / 50_000 });
      wait(1_000);
    }
    show({ phase: "receipts", done: 10 });
    stop();

    expect(said().split("\n")).toEqual([
      "Events: 20,000, 40 %, 10,000/s, 3 s left",
      "Events: 40,000, 80 %, 10,000/s, 1 s left",
      "Events: 50,000, 100 %, 10,000/s",
      "Receipts: 10",
      "",
    ]);
  });

  it("counts the rate from what was there when the phase began to be shown", () => {
    const { show, stop, wait, said } = display();
    show({ phase: "events", done: 2_000, share: 0.2 });
    wait(1_000);

    show({ phase: "events", done: 4_000, share: 0.4 });
    stop();

    expect(said()).toBe("Events: 4,000, 40 %, 2,000/s, 3 s left\n");
  });

  it("says nothing when there was none", () => {
    const { stop, said } = display();

    stop();

    expect(said()).toBe("");
  });
});

describe("a duration", () => {
  it.each([
    [0.2, "1 s"],
    [59, "59 s"],
    [200, "3 min 20 s"],
    [7_500, "2 h 5 min"],
  ])("of %d seconds is %s", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
