/** The page at `/`: what is running, and where to look. */

import type { RunningEngines } from "@foldstream/example-engines";
import { html } from "hono/html";
import type { RunningExample } from "./run-example.ts";

const about: Readonly<Record<string, string>> = {
  counter: "One command, one query, one page. Press in two browsers at once: nothing is lost.",
  flights:
    "Three million real departures of 2001 through one pure domain: hot streams, read models, search, a live chart.",
  shop: "Orders over several products, all or nothing; unpaid ones are cancelled in time; one product breaks a read model, on purpose.",
};

export function indexPage(examples: readonly RunningExample[], { where }: RunningEngines) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>Foldstream</title>
        <link rel="icon" href="data:," />
        <style>
          ${style}
        </style>
      </head>
      <body>
        <main>
          <h1>Foldstream</h1>
          <p>One log, every copy, provably the same. These examples run in this process. Engine: ${where}.</p>
          ${examples.map(card)}
        </main>
      </body>
    </html>`;
}

function card({ app, path }: RunningExample) {
  return html`<section>
    <h2><a href="${path}/">${app.name}</a></h2>
    <p>${about[app.name]}</p>
    <p class="links">
      <a href="${path}/api/openapi.json">OpenAPI</a>
      <a href="${path}/api/status">status</a>
      <a href="${path}/api/metrics">metrics</a>
    </p>
  </section>`;
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; color: light-dark(#17202a, #e8edf2); background: light-dark(#f5f7f9, #12171d); }
  main { max-width: 40rem; margin: 10vh auto; padding: 0 1.5rem; }
  h1 { margin: 0; font-size: 2.5rem; }
  h2 { margin: 0; text-transform: capitalize; }
  p { margin: 0.5rem 0; }
  section { margin: 1.25rem 0; padding: 1.25rem 1.5rem; border-radius: 0.8rem;
    background: light-dark(#fff, #1b222a); border: 1px solid light-dark(#d9e0e7, #303a45); }
  a { color: light-dark(#0b6bcb, #58a6ff); }
  .links { display: flex; gap: 1rem; font-size: 0.9rem; }`;
