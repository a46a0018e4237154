/** Draws plots with vega-lite, as SVG, without a browser. */
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { BarPanel, LinePanel } from "../report/plots.ts";

const width = 440;
const step = 22;
const font = "system-ui, sans-serif";
const ours = "#0b6e4f";
const bare = "#9aa5b1";
const others = "#d08c60";

const config = {
  font,
  background: "white",
  view: { stroke: null },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" as const, domain: false },
  title: { fontSize: 13, anchor: "start" as const, fontWeight: "normal" as const },
};

export function bars(panels: readonly BarPanel[]): Promise<string> {
  return svgOf({
    config,
    spacing: 18,
    vconcat: panels.map(({ title, bars: values }) => ({
      title,
      width,
      height: { step },
      data: { values: [...values] },
      encoding: {
        y: { field: "label", type: "nominal", sort: null, title: null, axis: { ticks: false } },
        x: { field: "value", type: "quantitative", title: null, axis: null, scale: { domainMin: 0 } },
      },
      layer: [
        {
          mark: { type: "bar", cornerRadiusEnd: 2 },
          encoding: {
            color: {
              field: "label",
              type: "nominal",
              legend: null,
              scale: { domain: values.map(({ label }) => label), range: values.map(({ label }) => colourOf(label)) },
            },
          },
        },
        {
          mark: { type: "text", align: "left", dx: 5, fontSize: 12, font },
          encoding: { text: { field: "text", type: "nominal" } },
        },
      ],
    })),
  } as TopLevelSpec);
}

export function lines(panels: readonly LinePanel[]): Promise<string> {
  return svgOf({
    config,
    columns: 2,
    spacing: 30,
    concat: panels.map(({ title, x, y, points }) => ({
      title,
      width: 320,
      height: 170,
      data: { values: [...points] },
      mark: { type: "line", point: true },
      encoding: {
        x: {
          field: "x",
          type: "quantitative",
          title: x,
          scale: { type: "log", nice: false },
          axis: { grid: false, values: [...new Set(points.map((point) => point.x))], format: ",d", labelOverlap: true },
        },
        y: { field: "y", type: "quantitative", title: y, scale: { zero: true, nice: true } },
        color: {
          field: "series",
          type: "nominal",
          title: null,
          legend: { orient: "bottom", columns: 1, labelLimit: 400, symbolType: "stroke" },
        },
      },
    })),
    resolve: { scale: { color: "independent" } },
  } as TopLevelSpec);
}

function colourOf(label: string): string {
  if (label === "Foldstream") return ours;
  return label.startsWith("bare") ? bare : others;
}

function svgOf(spec: TopLevelSpec): Promise<string> {
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
