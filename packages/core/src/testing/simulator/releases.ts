/** Releases of the app: each raises the version of one projection, so that its read model is built anew. */
import type { App } from "../../definition/app.ts";
import { type Ears, simulatedApp } from "./simulated-app.ts";

export class Releases {
  readonly #ears: Ears;
  #app: App;
  /** What servers and operators that start now run. */
  newest: App;

  constructor(app: App, ears: Ears) {
    this.#ears = ears;
    this.#app = app;
    this.newest = simulatedApp(app, ears);
  }

  raise(name: string): void {
    const projections = this.#app.projections.map((projection) =>
      projection.name === name ? { ...projection, version: projection.version + 1 } : projection,
    );
    this.#app = { ...this.#app, projections };
    this.newest = simulatedApp(this.#app, this.#ears);
  }
}
