/** The products: the best sold, or what a search finds. Followed live. */
import { button, byId, cell, showRows, tableRow } from "./elements.js";
import { count, money } from "./format.js";

const limit = 12;
const typingMs = 200;

export function followProducts(api, { onAdd, onConnection }) {
  let stop = () => {};
  const follow = () => {
    stop();
    const text = byId("search").value.trim();
    const show = (rows) => showProducts(rows, text, onAdd);
    const options = { onConnection };
    stop = text
      ? api.live("search", { text, limit }, show, options)
      : api.live("products", { limit, offset: 0 }, show, options);
  };
  let typing;
  byId("search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(follow, typingMs);
  });
  follow();
}

function showProducts(rows, text, onAdd) {
  showRows(
    "products",
    rows.map((product) =>
      tableRow(
        cell(product.description || "No description", { note: product.id }),
        cell(money(product.unitPrice), { className: "number" }),
        cell(count(product.stock), { className: "number" }),
        cell(
          button("Add", `Add ${product.id}`, () => onAdd(product)),
          { className: "action" },
        ),
      ),
    ),
  );
  const shown = rows.length === limit ? `The first ${limit}` : count(rows.length);
  byId("found").textContent = text ? `${shown} with “${text}”.` : "The best sold.";
}
