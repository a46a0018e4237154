/** A plot for each engine: every question with its rates, then memory and weight. */
import { questions } from "../all-questions.ts";
import type { PeerEngine } from "../places/place.ts";
import type { PeerResults } from "../results.ts";
import type { PeerRow } from "../rows.ts";
import type { BarPanel } from "./plots.ts";

export function panelsOf({ rows, weights }: PeerResults, engine: PeerEngine): BarPanel[] {
  const own = rows.filter((row) => row.engine === engine && !row.error);
  const weighed = weights.filter((weight) => weight.engine === engine);
  const weight = (title: string, key: "bundleKb" | "importMs", unit: string): BarPanel => {
    const bars = weighed.map(({ library, [key]: value }) => ({
      label: library,
      value,
      text: `${formatted(value)} ${unit}`,
    }));
    return { title, bars };
  };
  return [
    ...questions.flatMap(({ name, about, unit }) => {
      const asked = own.filter(({ question }) => question === name);
      if (asked.length === 0) return [];
      return [name === "visible" ? latencies(about, asked) : rates(`${about}: ${unit} a second`, asked)];
    }),
    memory(own),
    ...(weighed.length > 0
      ? [
          weight("size of a minified bundle of all that it exports, with its driver", "bundleKb", "KB"),
          weight("time to import it", "importMs", "ms"),
        ]
      : []),
  ];
}

function rates(title: string, rows: readonly PeerRow[]): BarPanel {
  const bars = rows.map(({ library, perSecond, exact, toBare }) => {
    const share = toBare === undefined ? "" : `  (${toBare.toPrecision(2)} of the bare driver)`;
    return {
      label: library,
      value: perSecond,
      text: `${formatted(perSecond)}${share}${exact === false ? "  NOT EXACT" : ""}`,
    };
  });
  return { title, bars };
}

function latencies(about: string, rows: readonly PeerRow[]): BarPanel {
  const bars = rows.map(({ library, p50Ms, p99Ms, perSecond }) => {
    const text = `${formatted(p50Ms)} ms, 99 % within ${formatted(p99Ms)} ms, at ${formatted(perSecond)} a second`;
    return { label: library, value: p50Ms, text };
  });
  return { title: `${about}: less is better`, bars };
}

function memory(rows: readonly PeerRow[]): BarPanel {
  const peaks = new Map<string, number>();
  for (const { library, peakMemoryMb } of rows) peaks.set(library, Math.max(peaks.get(library) ?? 0, peakMemoryMb));
  const bars = [...peaks].map(([label, value]) => ({ label, value, text: `${value} MB` }));
  return { title: "the most memory a process held, of all questions", bars };
}

export function formatted(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}
