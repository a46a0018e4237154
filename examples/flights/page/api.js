/** Asks the application's queries, once or live. Paths are relative, so the page works under any folder. */

export async function ask(query, input = {}) {
  const response = await fetch(urlOf(query, input));
  if (!response.ok) throw new Error(`${query}: ${response.status}`);
  return response.json();
}

/** Calls `onValue` with the answer and again whenever it changes. The browser reconnects by itself. */
export function live(query, { onValue, onConnection }) {
  const source = new EventSource(urlOf(`${query}/live`, {}));
  source.addEventListener("message", ({ data }) => onValue(JSON.parse(data)));
  source.addEventListener("open", () => onConnection(true));
  source.addEventListener("error", () => onConnection(false));
}

function urlOf(path, input) {
  const parameters = new URLSearchParams(Object.entries(input).filter(([, value]) => value !== undefined));
  return `api/queries/${path}?${parameters}`;
}
