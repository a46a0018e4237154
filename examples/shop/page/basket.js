/** The basket, and placing an order: commands on the order and on each of its products, as one. */
import { placing } from "./domain/across-streams.ts";
import { totalOf } from "./domain/amounts.ts";
import { byId, cell, showRows, tableRow } from "./elements.js";
import { localMinute, money, why } from "./format.js";

export class Basket {
  #api;
  #lines = new Map();

  constructor(api) {
    this.#api = api;
    byId("place").addEventListener("click", () => this.#place());
  }

  add({ id, description, unitPrice }) {
    const quantity = (this.#lines.get(id)?.quantity ?? 0) + 1;
    this.#lines.set(id, { product: id, description, unitPrice, quantity });
    this.#show();
  }

  #change(line, quantity) {
    if (quantity > 0) this.#lines.set(line.product, { ...line, quantity });
    else this.#lines.delete(line.product);
    this.#show();
  }

  #show() {
    const lines = [...this.#lines.values()];
    showRows(
      "basket",
      lines.map((line) =>
        tableRow(
          cell(line.description, { note: line.product }),
          cell(this.#pieces(line), { className: "amount" }),
          cell(money(line.quantity * line.unitPrice), { className: "number" }),
        ),
      ),
    );
    byId("total").textContent = money(totalOf(lines));
    byId("place").disabled = lines.length === 0;
  }

  #pieces(line) {
    const input = Object.assign(document.createElement("input"), { type: "number", min: 0, value: line.quantity });
    input.setAttribute("aria-label", `Pieces of ${line.product}`);
    input.addEventListener("change", () => this.#change(line, Math.trunc(input.valueAsNumber) || 0));
    return input;
  }

  async #place() {
    byId("place").disabled = true;
    const id = crypto.randomUUID().slice(0, 8);
    const lines = [...this.#lines.values()].map(({ description: _, ...line }) => line);
    const payWithinSeconds = Number(byId("deadline").value);
    const order = { country: "United Kingdom", at: localMinute(new Date()), lines, payWithinSeconds };
    try {
      const outcome = await this.#api.executeTogether(placing(id, order));
      if (outcome.ok) this.#lines.clear();
      const refused = outcome.refused ?? outcome;
      say(outcome.ok ? `Order ${id} is placed.` : `Nothing was ordered. ${why(refused)}`, outcome.ok);
    } catch (error) {
      say(error.message, false);
    }
    this.#show();
  }
}

function say(text, good) {
  byId("outcome").textContent = text;
  byId("outcome").classList.toggle("refused", !good);
}
