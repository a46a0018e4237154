/** The chart: departures per day as bars, their average delay as a line. */

import { count, minutes } from "./format.js";
import uPlot from "./uplot/uPlot.esm.js";

const height = 240;
/** Days are drawn around their noon, so that bars and line stand above the same place. */
const noon = 12 * 3_600;

export class Chart {
  #element;
  #plot;
  #days = [];

  constructor(element) {
    this.#element = element;
    new ResizeObserver(() => this.#resize()).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    this.#draw();
  }

  show(days) {
    this.#days = days;
    this.#plot.setData(columnsOf(days));
    this.#element.setAttribute("aria-label", described(days));
  }

  /** Colours are read when drawing, so another colour scheme means another drawing. */
  #draw() {
    this.#plot?.destroy();
    this.#plot = new uPlot(options(this.#element.clientWidth), columnsOf(this.#days), this.#element);
  }

  #resize() {
    this.#plot.setSize({ width: this.#element.clientWidth, height });
  }
}

function columnsOf(days) {
  return [
    days.map(({ day }) => Date.parse(day) / 1_000 + noon),
    days.map(({ departures }) => departures),
    days.map(({ departures, delaySum }) => delaySum / departures),
  ];
}

function described(days) {
  const last = days.at(-1);
  if (!last) return "Departures and average delay per day: no departures yet";
  const busiest = days.reduce((most, day) => (day.departures > most.departures ? day : most));
  return `Departures and average delay per day, ${days[0].day} to ${last.day}. Busiest: ${busiest.day} with ${count(busiest.departures)} departures.`;
}

function options(width) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => resolved(style.getPropertyValue(name));
  const axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: "12px system-ui",
  };
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "Etc/UTC"),
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { range: wholeMonths }, departures: { range: fromZero }, delay: { range: aroundZero } },
    series: [
      {
        label: "Day",
        value: (_plot, seconds) => (seconds === null ? "–" : new Date(seconds * 1_000).toISOString().slice(0, 10)),
      },
      {
        label: "Departures",
        scale: "departures",
        fill: colour("--bars"),
        paths: uPlot.paths.bars({ size: [0.7, 24] }),
        points: { show: false },
        value: (_plot, value) => (value === null ? "–" : count(value)),
      },
      {
        label: "Average delay",
        scale: "delay",
        stroke: colour("--delay"),
        width: 2,
        points: { show: false },
        value: (_plot, value) => (value === null ? "–" : minutes(value, 1)),
      },
    ],
    axes: [
      { ...axis, grid: { show: false }, values: "{D} {MMM}", space: 80, size: 30 },
      { ...axis, scale: "departures", size: 64, values: (_plot, values) => values.map(count) },
      {
        ...axis,
        scale: "delay",
        side: 1,
        size: 64,
        grid: { show: false },
        values: (_plot, values) => values.map((value) => `${value} min`),
      },
    ],
  };
}

/** Canvas knows no `light-dark()`: the browser's own idea of a property's colour does. */
function resolved(value) {
  const probe = document.createElement("span");
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** From the first of a month to the end of one, so that a growing chart moves six times and not with every day. */
function wholeMonths(_plot, min, max) {
  const first = new Date((min ?? Date.UTC(2001, 0, 1) / 1_000) * 1_000);
  const last = new Date((max ?? min ?? Date.UTC(2001, 0, 31) / 1_000) * 1_000);
  const begin = Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), 1);
  return [begin / 1_000, Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + 1, 1) / 1_000];
}

function fromZero(_plot, _min, max) {
  return [0, Math.max(10, (max ?? 0) * 1.1)];
}

function aroundZero(_plot, min, max) {
  return [Math.min(0, Math.floor((min ?? 0) / 5) * 5), Math.max(10, Math.ceil((max ?? 0) / 5) * 5)];
}
