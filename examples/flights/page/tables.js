/** Rows into table bodies. Text is set as text, never as markup. */
import { count, minutes, moment, percent } from "./format.js";

export function showBoard(body, rows, length, onAirport) {
  const made = rows.map((row) => boardRow(row, onAirport));
  replaceRows(body, made, length, 7);
}

export function showRoutes(body, rows, length) {
  const made = rows.map(({ origin, destination, distanceMiles, flights, delaySum }) =>
    tableRow([
      cell(`${origin} → ${destination}`, { note: `${count(distanceMiles)} mi` }),
      cell(count(flights), { className: "number" }),
      cell(minutes(delaySum, flights), { className: "number" }),
    ]),
  );
  replaceRows(body, made, length, 3);
}

function boardRow(
  { id, name, city, state, departures, onTime, delaySum, firstDepartureAt, lastDepartureAt },
  onAirport,
) {
  const code = cell("");
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    textContent: id,
    title: `Routes from ${id}`,
  });
  button.addEventListener("click", () => onAirport(id));
  code.append(button);
  return tableRow([
    code,
    cell(name, { note: [city, state].filter(Boolean).join(", "), title: `${name}, ${city}, ${state}` }),
    cell(count(departures), { className: "number" }),
    cell(percent(onTime, departures), { className: "number" }),
    cell(minutes(delaySum, departures), { className: "number" }),
    cell(moment(firstDepartureAt), { className: "time" }),
    cell(moment(lastDepartureAt), { className: "time" }),
  ]);
}

function cell(text, { className = "", note, title } = {}) {
  const element = Object.assign(document.createElement("td"), { className, textContent: text });
  if (title) element.title = title;
  if (note) element.append(Object.assign(document.createElement("small"), { textContent: note }));
  return element;
}

function tableRow(cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}

/** Keeps the focus where it was, and the height of the table: missing rows are there, empty. */
function replaceRows(body, rows, length, columns) {
  const focused = [...body.querySelectorAll("button")].indexOf(document.activeElement);
  const missing = Array.from({ length: Math.max(0, length - rows.length) }, () => {
    const filler = tableRow(Array.from({ length: columns }, () => cell("")));
    filler.setAttribute("aria-hidden", "true");
    return filler;
  });
  body.replaceChildren(...rows, ...missing);
  if (focused >= 0) body.querySelectorAll("button")[focused]?.focus();
}
