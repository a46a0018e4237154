/** Builds of read models: one document for each name lists them, and changes by compare-and-swap. */
import { randomUUID } from "node:crypto";
import {
  type Build,
  type BuildStore,
  isLive,
  isSameBuild,
  type ReadModel,
  withBuild,
  withDrop,
  withSwitch,
} from "foldstream/port";
import { pause } from "../service/pause.ts";
import type { Found, Service } from "../service/service.ts";
import type { Controls } from "./control.ts";
import { buildsIdOf, controlDefinition, controlIndexOf, indexOf } from "./indexes.ts";

interface BuildsDocument {
  readonly builds: readonly Build[];
  /** The change that made it. */
  readonly change: string;
}

/** What the list becomes, or nothing when it stays. */
type Change = (builds: readonly Build[]) => readonly Build[] | undefined;

export class Builds implements BuildStore {
  readonly #service: Service;
  readonly #controls: Controls;
  readonly #prefix: string;
  readonly #index: string;

  constructor(service: Service, controls: Controls, prefix: string) {
    this.#service = service;
    this.#controls = controls;
    this.#prefix = prefix;
    this.#index = controlIndexOf(prefix);
  }

  /** Makes the build's index, and keeps the build on the list, as the live one if it is the first. */
  async prepare(model: ReadModel): Promise<void> {
    await this.#service.createIndex(this.#index, controlDefinition);
    const before = (await this.list(model.name)).find((build) => isSameBuild(build.model, model));
    await this.#controls.prepare(model, before?.state === "dropped");
    await this.#change(model.name, (builds) => withBuild(builds, model));
  }

  async list(name: string): Promise<readonly Build[]> {
    await this.#service.createIndex(this.#index, controlDefinition);
    return (await this.#read(name))?.document.builds ?? [];
  }

  async switchTo(expected: ReadModel, next: ReadModel, epoch?: number): Promise<boolean> {
    const [lease] = epoch === undefined ? [] : await this.#controls.leases().read([expected]);
    if (lease?.epoch !== epoch) return false;
    return this.#change(next.name, (builds) => withSwitch(builds, expected, next));
  }

  /** Off the list of those that can be switched to first; what is known of it goes last, so that a cut-off drop is seen and repeated. */
  async drop(model: ReadModel): Promise<boolean> {
    let live = false;
    await this.#change(model.name, (builds) => {
      live = isLive(builds, model);
      return withDrop(builds, model);
    });
    if (live) return false;
    await this.#controls.endLease(model);
    await this.#service.deleteIndex(indexOf(this.#prefix, model));
    await this.#controls.clear(model);
    return true;
  }

  /** False when the list stays. Its changes are made one after another, each on what the one before left. */
  async #change(name: string, change: Change): Promise<boolean> {
    const id = randomUUID();
    for (let attempt = 1; ; attempt++) {
      const found = await this.#read(name);
      // A request that was repeated because its answer got lost fails on what it wrote itself.
      if (found?.document.change === id) return true;
      const builds = change(found?.document.builds ?? []);
      if (!builds) return false;
      const document: BuildsDocument = { builds, change: id };
      const put = { id: buildsIdOf(name), document, replaces: found ?? null };
      if (await this.#service.put({ index: this.#index }, put)) return true;
      await pause(attempt);
    }
  }

  #read(name: string): Promise<Found<BuildsDocument> | undefined> {
    return this.#service.get<BuildsDocument>(this.#index, buildsIdOf(name));
  }
}
