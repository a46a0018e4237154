/** The counter's page: a command per press, a live query for the value. */
import { client } from "./client/index.ts";

const api = client({ baseUrl: "api" });
const element = (id) => document.getElementById(id);
const counterId = () => element("id").value.trim() || "1";

let stop = () => {};

function follow() {
  stop();
  element("value").textContent = "…";
  element("stream").href = `api/streams/counter/${encodeURIComponent(counterId())}`;
  stop = api.live("total", { id: counterId() }, (value) => {
    element("value").textContent = value.toLocaleString();
  });
}

async function increment(by) {
  try {
    const outcome = await api.execute("counter", counterId(), "Increment", { by });
    note(outcome.ok ? "" : describe(outcome));
  } catch (error) {
    note(error.message);
  }
}

const describe = ({ rejection, issues, reason }) =>
  rejection?.message ?? issues?.map(({ message }) => message).join(" ") ?? reason;

function note(text) {
  element("note").textContent = text;
}

for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", () => increment(Number(button.dataset.by)));
}
element("id").addEventListener("change", follow);
follow();
