import { describe, expect, it } from "vitest";
import { searchQuery, searchVector, wordsOf } from "./search-words.ts";

describe("words", () => {
  it.each([
    ["Crème BRÛLÉE", ["creme", "brulee"]],
    ["Cafe\u0301 no_such-thing", ["cafe", "no", "such", "thing"]],
    ["Война и мир: 1984", ["воина", "и", "мир", "1984"]],
    ["İstanbul, ﬀ", ["istanbul", "ﬀ"]],
    ["源氏物語", ["源氏物語"]],
    ["it's a 'quote' \\ : & | ! * ( ) <->", ["it", "s", "a", "quote"]],
    ["👍 -- \0 \ud83d", []],
    ["", []],
  ])("of %j are letters and digits, without case and diacritics", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it("are cut off where PostgreSQL would refuse them", () => {
    expect(wordsOf("漢".repeat(3_000)).map((word) => Buffer.byteLength(word))).toEqual([1_500]);
  });
});

it("weighs words by their column, and counts them once in each", () => {
  expect(searchVector(["Apple pie, apple", "", "pie", "d", "e", "pie"])).toBe(
    "'apple':1A 'pie':2A,3C,6D 'd':4D 'e':5D",
  );
});

it("stops where a row would have more words than PostgreSQL takes", () => {
  const text = Array.from({ length: 200_000 }, (_, index) => `word${index}`).join(" ");

  const vector = searchVector([text, "late"]);

  expect(vector).toContain("'word50000':");
  expect(vector).not.toContain("late");
});

it("asks for rows with a word beginning with each word", () => {
  expect(searchQuery("Apple pie, APPLE")).toBe("'apple':* & 'pie':*");
  expect(searchQuery("?!")).toBeUndefined();
});
