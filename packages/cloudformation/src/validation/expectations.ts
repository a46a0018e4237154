/** What a setting may be, said in one way. Values that CDK fills in later stand as tokens and are taken as they are. */
import { TopologyError } from "../errors.ts";

export function refuse(setting: string, expected: string, found: unknown): never {
  const shown = found === undefined ? "nothing" : JSON.stringify(found);
  throw new TopologyError(`${setting}: expected ${expected}, found ${shown}.`);
}

/** An object with no other settings than these, so that a misspelt one is not passed over. */
export function expectSettings(setting: string, value: unknown, known: readonly string[]): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    refuse(setting, `settings (${known.join(", ")})`, value);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(setting, `some of ${known.join(", ")}`, unknown);
}

export function expectWhole(setting: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
  refuse(setting, `a whole number from ${least} to ${most}`, value);
}

export function expectOneOf(setting: string, value: unknown, choices: readonly (string | number)[]): void {
  if (!choices.includes(value as string)) refuse(setting, `one of ${choices.join(", ")}`, value);
}

export function expectText(setting: string, value: unknown, pattern: RegExp, expected: string): void {
  if (typeof value !== "string" || !(pattern.test(value) || isToken(value))) refuse(setting, expected, value);
}

/** From one to so many texts. */
export function expectTexts(setting: string, value: unknown, most: number, pattern: RegExp, expected: string): void {
  if (!Array.isArray(value) || value.length < 1 || value.length > most)
    refuse(setting, `a list of 1 to ${most}: ${expected}`, value);
  for (const one of value) if (!isListToken(one)) expectText(setting, one, pattern, expected);
}

function isToken(text: string): boolean {
  return text.includes("${Token[");
}

/** A list that is not known yet is one text. */
function isListToken(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("#{Token[");
}
