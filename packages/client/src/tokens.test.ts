import { describe, expect, it } from "vitest";
import { Tokens } from "./tokens.ts";

const accepted = (token: string) => ({ token, replayed: false });

describe("the tokens of a client", () => {
  it("G6 are covered by a later one of the same stream, and by none of another", () => {
    const tokens = new Tokens();

    for (const stream of ["a", "b", "a", "c", "b"]) tokens.begin(stream)(accepted(`${stream}@${Math.random()}`));
    tokens.begin("b")(accepted("b@9"));

    expect(
      tokens
        .parts()
        .flat()
        .toSorted()
        .map((token) => token[0]),
    ).toEqual(["a", "b", "c"]);
    expect(tokens.parts().flat()).toContain("b@9");
  });

  it("G6 stay both when their commands ran at the same time", () => {
    const tokens = new Tokens();
    const [first, second] = [tokens.begin("a"), tokens.begin("a")];

    second(accepted("2"));
    first(accepted("1"));

    expect(tokens.parts()).toEqual([["2", "1"]]);
  });

  it("G6 are not covered by that of a retry, which is an old one", () => {
    const tokens = new Tokens();
    tokens.begin("a")(accepted("1"));
    tokens.begin("a")(accepted("2"));

    tokens.begin("a")({ token: "1", replayed: true });

    expect(tokens.parts().flat()).toContain("2");
  });

  it("G6 give way to one that stands for them, all but those that came since", () => {
    const tokens = new Tokens();
    for (const stream of ["a", "b"]) tokens.begin(stream)(accepted(`${stream}@1`));
    const asked = tokens.parts().flat();
    tokens.begin("a")(accepted("a@2"));

    tokens.replace(asked, "a and b");
    tokens.replace(asked, "a and b, told again");

    expect(tokens.parts().flat().toSorted()).toEqual(["a and b", "a@2"]);
  });

  it("fill as many requests as they need, by count and by length", () => {
    const tokens = new Tokens();
    const held = Array.from({ length: 300 }, (_, index) => `${index}@${"x".repeat(index < 200 ? 5 : 900)}`);
    for (const token of held) tokens.begin(token)(accepted(token));

    const parts = tokens.parts();

    expect(parts.flat()).toEqual(held);
    expect(Math.max(...parts.map((part) => part.length))).toBe(64);
    expect(Math.max(...parts.map((part) => part.join("").length))).toBeLessThan(6_000);
    expect(new Tokens().parts()).toEqual([[]]);
  });
});
