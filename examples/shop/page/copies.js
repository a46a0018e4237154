/** How each read model and policy does, and what is parked: asked every second while somebody looks. */
import { badge, byId, cell, showRows, tableRow } from "./elements.js";
import { count } from "./format.js";

const everyMs = 1_000;
const kinds = { idle: "good", working: "good", failing: "warn", stalled: "bad", halted: "bad" };

export async function followCopies() {
  if (!document.hidden) await show().catch(() => {});
  setTimeout(followCopies, everyMs);
}

async function show() {
  const { projections, policies } = await get("api/status");
  showRows("copies", [...projections, ...policies].map(copyRow));
  const parked = projections.some((projection) => projection.parked > 0) ? await get("parked") : [];
  byId("parked").replaceChildren(...parked.map(parkedItem));
}

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function copyRow({ name, health, timers, parked, partitions }) {
  const behind = partitions.reduce((sum, { lag }) => sum + lag, 0);
  return tableRow(
    cell(name, { note: timers > 0 ? `${count(timers)} timers` : "" }),
    cell(badge(health, kinds[health])),
    cell(count(behind), { className: "number" }),
    cell(count(parked), { className: "number" }),
  );
}

function parkedItem({ projection, stream, version, waiting, message }) {
  const item = document.createElement("li");
  const events = waiting === 1 ? "1 event waits" : `${count(waiting)} events wait`;
  const command = Object.assign(document.createElement("code"), {
    textContent: `npx foldstream redrive --projection ${projection}`,
  });
  item.append(`${stream} stopped at version ${version} in ${projection}, ${events}: ${message}`, command);
  return item;
}
