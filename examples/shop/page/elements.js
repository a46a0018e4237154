/** Rows and buttons. Text is set as text, never as markup. */

export const byId = (id) => document.getElementById(id);

export function cell(content, { className = "", note } = {}) {
  const element = Object.assign(document.createElement("td"), { className });
  element.append(content);
  if (note) element.append(Object.assign(document.createElement("small"), { textContent: note }));
  return element;
}

export function button(text, label, onPress) {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  element.setAttribute("aria-label", label);
  element.addEventListener("click", onPress);
  return element;
}

export function badge(text, kind = "") {
  return Object.assign(document.createElement("span"), { className: `badge ${kind}`, textContent: text });
}

export function tableRow(...cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}

/** Replaces the rows of a table, and gives the focus back to the button that has the same label. */
export function showRows(id, rows) {
  const body = byId(id).tBodies[0];
  const focused = body.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
  body.replaceChildren(...rows);
  if (focused) body.querySelector(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
}
