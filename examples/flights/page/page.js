/** The page: one live query tells when there is news, and what is on the screen is asked again. */
import { ask, live } from "./api.js";
import { Chart } from "./chart.js";
import { count, minutes, percent } from "./format.js";
import { showBoard, showRoutes } from "./tables.js";

const boardLength = 12;
const routesLength = 15;
/** Least time between two refreshes: faster than this, nobody can read. */
const refreshMs = 500;

const byId = (id) => document.getElementById(id);
const chart = new Chart(byId("chart"));
const view = { sort: "departures", direction: "desc", offset: 0, text: "", origin: undefined };

/** Browsers open six connections per site, so one live query must do for all tables. */
live("summary", {
  onValue: (summary) => {
    showSummary(summary);
    refreshSoon();
  },
  onConnection: showConnection,
});

let refreshing = false;
let wanted = false;

function refreshSoon() {
  wanted = true;
  if (refreshing) return;
  refreshing = true;
  refresh().finally(() => {
    setTimeout(() => {
      refreshing = false;
      if (wanted) refreshSoon();
    }, refreshMs);
  });
}

async function refresh() {
  wanted = false;
  await Promise.all([refreshBoard(), refreshRoutes(), ask("days").then((days) => chart.show(days))]).catch(() =>
    showConnection(false),
  );
}

async function refreshBoard() {
  const { text, sort, direction, offset } = view;
  const rows = text
    ? sorted(await ask("search", { text, limit: 100 }))
    : await ask("board", { sort, direction, offset, limit: boardLength + 1, departures: 1 });
  if (text !== view.text || offset !== view.offset) return;
  const shown = text ? rows.slice(offset, offset + boardLength) : rows.slice(0, boardLength);
  showBoard(document.querySelector("#board tbody"), shown, boardLength, chooseOrigin);
  byId("found").textContent = found(text, rows.length, shown.length);
  byId("previous").disabled = offset === 0;
  byId("next").disabled = text ? offset + boardLength >= rows.length : rows.length <= boardLength;
}

function found(text, all, shown) {
  if (text)
    return all === 0
      ? `No airport matches “${text}”`
      : `${all === 100 ? "The first 100" : all} ${all === 1 ? "airport matches" : "airports match"} “${text}”`;
  return shown === 0 ? "No departures yet" : `${count(view.offset + 1)}–${count(view.offset + shown)}`;
}

async function refreshRoutes() {
  const { origin } = view;
  const rows = await ask("routes", { origin, limit: routesLength });
  if (origin !== view.origin) return;
  showRoutes(document.querySelector("#routes tbody"), rows, routesLength);
  byId("routes-title").textContent = origin ? `Routes from ${origin}` : "Busiest routes";
  byId("all-routes").hidden = !origin;
}

/** What the board's query adds to the rows that a search finds. */
const shares = {
  onTimeShare: ({ onTime, departures }) => onTime / departures,
  averageDelay: ({ delaySum, departures }) => delaySum / departures,
};

/** Search results come best first; a chosen column sorts them here, since there are few. */
function sorted(rows) {
  const column = shares[view.sort] ?? ((row) => row[view.sort]);
  const sign = view.direction === "asc" ? 1 : -1;
  const known = (value) => value !== null && !Number.isNaN(value);
  return rows.toSorted((a, b) => {
    const [left, right] = [column(a), column(b)];
    if (!known(left) || !known(right)) return Number(known(right)) - Number(known(left));
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

let previous;

function showSummary({ departures, onTime, delaySum, airportsWithDepartures, airports, routes }) {
  byId("departures").textContent = count(departures);
  byId("on-time").textContent = percent(onTime, departures);
  byId("average-delay").textContent = minutes(delaySum, departures);
  byId("airports").textContent = count(airportsWithDepartures);
  byId("airports-known").textContent = `of ${count(airports)}`;
  byId("routes-count").textContent = count(routes);
  const now = performance.now();
  const rate = previous ? ((departures - previous.departures) * 1_000) / (now - previous.at) : 0;
  if (!previous || now - previous.at > 1_000) previous = { departures, at: now };
  if (rate > 0) showConnection(true, `Live, ${count(Math.round(rate / 100) * 100)} departures/s`);
}

let quiet;

function showConnection(connected, text = connected ? "Live" : "Reconnecting") {
  const element = byId("connection");
  element.classList.toggle("live", connected);
  if (element.textContent !== text) element.textContent = text;
  clearTimeout(quiet);
  if (connected && text !== "Live") quiet = setTimeout(() => showConnection(true), 2_000);
}

function chooseOrigin(origin) {
  view.origin = origin;
  refreshRoutes();
}

function chooseSort(sort) {
  const numeric = !["id", "name"].includes(sort);
  const first = numeric ? "desc" : "asc";
  const direction = view.sort === sort ? { asc: "desc", desc: "asc" }[view.direction] : first;
  Object.assign(view, { sort, direction, offset: 0 });
  showSort();
  refreshBoard();
}

function showSort() {
  for (const header of document.querySelectorAll("#board th")) {
    if (header.dataset.sort === view.sort) header.ariaSort = view.direction === "asc" ? "ascending" : "descending";
    else header.removeAttribute("aria-sort");
  }
}

function move(rows) {
  view.offset = Math.max(0, view.offset + rows);
  refreshBoard();
}

for (const header of document.querySelectorAll("#board th")) {
  header.querySelector("button").addEventListener("click", () => chooseSort(header.dataset.sort));
}
byId("search").addEventListener("input", ({ target }) => {
  Object.assign(view, { text: target.value.trim(), offset: 0 });
  refreshBoard();
});
byId("previous").addEventListener("click", () => move(-boardLength));
byId("next").addEventListener("click", () => move(boardLength));
byId("all-routes").addEventListener("click", () => chooseOrigin(undefined));
showSort();
