/** The latest orders, live: those that are placed can be paid, until the policy cancels them. */
import { badge, button, byId, cell, showRows, tableRow } from "./elements.js";
import { count, money, why } from "./format.js";

const kinds = { placed: "warn", paid: "good", cancelled: "" };

export function followOrders(api) {
  const pay = async ({ id, total }) => {
    const outcome = await api.execute("order", id, "PayOrder", { amount: total });
    byId("outcome").textContent = outcome.ok ? `Order ${id} is paid.` : why(outcome);
    byId("outcome").classList.toggle("refused", !outcome.ok);
  };
  api.live("orders", { limit: 8, offset: 0 }, (orders) =>
    showRows(
      "orders",
      orders.map((order) =>
        tableRow(
          cell(order.id, { note: order.at.replace("T", " ") }),
          cell(badge(order.status, kinds[order.status])),
          cell(count(order.lines), { className: "number" }),
          cell(money(order.total), { className: "number" }),
          cell(order.status === "placed" ? button("Pay", `Pay ${order.id}`, () => pay(order)) : "", {
            className: "action",
          }),
        ),
      ),
    ),
  );
}
