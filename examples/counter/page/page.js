/** The counter's page: a command per press, a live query for the value. */
import { client } from "./client/index.ts";

/** A press outlives a restart of the server: it is sent again under its command id, for about half a minute. */
const api = client({ baseUrl: "api", retry: { retries: 30, maxBackoffMs: 1_000 } });
const element = (id) => document.getElementById(id);
const counterId = () => element("id").value.trim() || "1";

let stop = () => {};
let connected;
let unanswered = 0;

function follow() {
  stop();
  element("value").textContent = "…";
  element("stream").href = `api/streams/counter/${encodeURIComponent(counterId())}`;
  stop = api.live("total", { id: counterId() }, show, {
    onConnection: (isConnected) => {
      connected = isConnected;
      showConnection();
    },
    onProblem: (problem) => note(problem.detail ?? problem.title),
  });
}

function show(value) {
  element("value").textContent = value.toLocaleString("en");
}

async function increment(by) {
  countUnanswered(1);
  try {
    const outcome = await api.execute("counter", counterId(), "Increment", { by });
    note(outcome.ok ? "" : describe(outcome));
  } catch (error) {
    note(error.message);
  } finally {
    countUnanswered(-1);
  }
}

const describe = ({ rejection, issues, problem, reason }) =>
  rejection?.message ?? issues?.map(({ message }) => message).join(" ") ?? problem?.detail ?? problem?.title ?? reason;

function note(text) {
  element("note").textContent = text;
}

function countUnanswered(change) {
  unanswered += change;
  showConnection();
}

function showConnection() {
  const line = element("connection");
  const text = connected ? "Live" : `${connected === undefined ? "Connecting" : "Reconnecting"}${waiting()}`;
  line.classList.toggle("live", connected === true);
  // Set only when it differs, since screen readers announce every change.
  if (line.textContent !== text) line.textContent = text;
}

function waiting() {
  if (unanswered === 0) return "";
  return unanswered === 1 ? " · 1 press is sent again" : ` · ${unanswered} presses are sent again`;
}

for (const button of document.querySelectorAll("button")) {
  button.addEventListener("click", () => increment(Number(button.dataset.by)));
}
element("id").addEventListener("change", follow);
follow();
