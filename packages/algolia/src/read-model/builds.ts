/** Builds of read models: one record for each name lists them, and changes by compare-and-swap. What each was declared as is in its own. */
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
import type { Service } from "../service/service.ts";
import type { Controls } from "./controls.ts";
import { indexOf } from "./indexes.ts";
import type { ParkedRecords } from "./parked-records.ts";

/** Short, since it keeps all that ever were. */
interface BuildsRecord {
  readonly builds: readonly ListedBuild[];
}

interface ListedBuild extends Pick<ReadModel, "version" | "build"> {
  readonly state: Build["state"];
}

/** What the list becomes, or nothing when it stays. */
type Change = (builds: readonly Build[]) => readonly Build[] | undefined;

export interface BuildsSide {
  readonly service: Service;
  readonly controls: Controls;
  readonly parked: ParkedRecords;
  readonly prefix: string;
}

export class Builds implements BuildStore {
  readonly #side: BuildsSide;

  constructor(side: BuildsSide) {
    this.#side = side;
  }

  /** Makes the build's index, and keeps the build on the list, as the live one if it is the first. */
  async prepare(model: ReadModel): Promise<void> {
    const { controls } = this.#side;
    await controls.configure();
    const before = (await this.list(model.name)).find((build) => isSameBuild(build.model, model));
    await controls.prepare(model, before?.state === "dropped");
    await this.#change(model.name, (builds) => withBuild(builds, model));
  }

  async list(name: string): Promise<readonly Build[]> {
    return (await this.#read(name)).builds;
  }

  async switchTo(expected: ReadModel, next: ReadModel, epoch?: number): Promise<boolean> {
    const [lease] = epoch === undefined ? [] : await this.#side.controls.leases().read([expected]);
    if (lease?.epoch !== epoch) return false;
    return this.#change(next.name, (builds) => withSwitch(builds, expected, next));
  }

  /** Off the list of those that can be switched to first; what is known of it goes last, so that a cut-off drop is seen and repeated. */
  async drop(model: ReadModel): Promise<boolean> {
    const { service, controls, parked, prefix } = this.#side;
    let live = false;
    await this.#change(model.name, (builds) => {
      live = isLive(builds, model);
      return withDrop(builds, model);
    });
    if (live) return false;
    await controls.endLease(model);
    await service.deleteIndex(indexOf(prefix, model));
    await parked.clear(model);
    await controls.clear(model);
    return true;
  }

  /** False when the list stays. Its changes are made one after another, each on what the one before left. */
  async #change(name: string, change: Change): Promise<boolean> {
    for (;;) {
      const { builds, revision } = await this.#read(name);
      const changed = change(builds);
      if (!changed) return false;
      const listed = changed.map(
        ({ model: { version, build = 0 }, state }): ListedBuild => ({ version, build, state }),
      );
      const put = { id: idOfList(name), body: { builds: listed } satisfies BuildsRecord, replaces: revision };
      if (await this.#side.service.put(this.#side.controls.index, put)) return true;
    }
  }

  async #read(name: string): Promise<{ readonly builds: readonly Build[]; readonly revision: number }> {
    const { service, controls } = this.#side;
    await controls.configure();
    const found = await service.get<BuildsRecord>(controls.index, idOfList(name));
    const builds = (found?.body.builds ?? []).map(async ({ version, build, state }): Promise<Build> => {
      const listed = { name, version, build: build ?? 0 } as ReadModel;
      return { model: (await controls.find(listed))?.body.model ?? listed, state };
    });
    return { builds: await Promise.all(builds), revision: found?.revision ?? 0 };
  }
}

function idOfList(name: string): string {
  return `builds#${name}`;
}
