/** The shop's page: products and a basket on one side, what becomes of it on the other. */
import { Basket } from "./basket.js";
import { client } from "./client/index.ts";
import { followCopies } from "./copies.js";
import { byId } from "./elements.js";
import { followOrders } from "./orders.js";
import { followProducts } from "./products.js";

const api = client({ baseUrl: "api" });
const basket = new Basket(api);

followProducts(api, { onAdd: (product) => basket.add(product), onConnection: showConnection });
followOrders(api);
followCopies();

function showConnection(connected) {
  const element = byId("connection");
  element.classList.toggle("live", connected);
  const text = connected ? "Live" : "Reconnecting";
  if (element.textContent !== text) element.textContent = text;
}
