/** Audits read models: compares each with the log folded again, and what is derived from its rows with the rows (G8). Changes nothing. */
import type { AnyProjection } from "../../definition/projection.ts";
import type { Environment } from "../../port/environment.ts";
import type { EventFeed } from "../../port/event-feed.ts";
import type { IndexProblem, ReadModel, ReadModelStore } from "../../port/read-model-store.ts";
import type { Catalog } from "../catalog.ts";
import { noteAudit } from "../lease/lease-note.ts";
import type { RuntimeObserver } from "../observer.ts";
import type { Settings } from "../settings.ts";
import { targetOf } from "../targets/target-of.ts";
import { auditFacts } from "./audit-facts.ts";
import { type AuditSide, checkpointsOf } from "./audit-side.ts";
import { auditTable } from "./audit-table.ts";
import type { Place } from "./expected-rows.ts";
import { Incomparable } from "./incomparable.ts";
import { allKeys, partOfKeys } from "./key-range.ts";
import { LogPages } from "./log-pages.ts";
import type { Repair } from "./repair.ts";
import { type AuditOptions, auditResult, driftKinds, type ReadModelAudit } from "./report.ts";
import { setAsideOf } from "./set-aside.ts";
import { Tally } from "./tally.ts";
import { Throttle } from "./throttle.ts";

interface AuditorSide {
  /** The build to audit. */
  readonly modelOf: (projection: AnyProjection) => Promise<ReadModel>;
  readonly feed: EventFeed;
  readonly target: ReadModelStore;
  readonly catalog: Catalog;
  readonly environment: Environment;
  readonly settings: Settings;
  readonly observer: RuntimeObserver;
}

export class Auditor {
  readonly #side: AuditorSide;

  constructor(side: AuditorSide) {
    this.#side = side;
  }

  /** With `repair`, also writes what should be there. */
  async audit(projection: AnyProjection, options: AuditOptions, repair?: Repair): Promise<ReadModelAudit> {
    const { clock } = this.#side.environment;
    const began = clock.now();
    const side = { ...(await this.#auditSide(projection, options)), ...(repair && { repair }) };
    const place = await checkpointsOf(side);
    const problem = (await this.#beyondTheLog(place)) ?? (await compare(side));
    const { name, version } = projection;
    const { drift, drifted, rows, unsettled, undecided, repaired } = side.tally;
    const indexes = options.sample ? [] : await this.#indexProblems(side);
    if (repair && indexes.length > 0) await side.target.indexes?.rebuild(side.model);
    const faults = driftKinds.reduce((sum, kind) => sum + drift[kind], unsettled + indexes.length);
    const checkpoints = [...place].map(([partition, position]) => ({ partition, position }));
    const found = {
      rows,
      drift,
      drifted,
      indexes,
      unsettled,
      undecided,
      parked: side.setAside.size,
      repaired,
      ...(problem !== undefined && { problem }),
      ...(options.sample && { sample: options.sample }),
    };
    const ended = { at: clock.now(), ms: clock.now() - began };
    const ok = faults === 0 && problem === undefined;
    const audit = { projection: name, version, ok, checkpoints, ...found, ...ended };
    await this.#note(side, audit);
    this.#side.observer.audited?.(audit);
    return audit;
  }

  /** For the status of whatever process. What was found is told in any case. */
  async #note({ target, model }: AuditSide, audit: ReadModelAudit): Promise<void> {
    try {
      await noteAudit(target.leases, model, auditResult(audit));
    } catch (error) {
      this.#side.observer.auditFailed?.({ projection: audit.projection, error });
    }
  }

  async #auditSide(projection: AnyProjection, options: AuditOptions): Promise<AuditSide> {
    const { feed, target, catalog, environment, settings } = this.#side;
    const { sample } = options;
    const throttle = new Throttle(projection.name, environment, options);
    const model = await this.#side.modelOf(projection);
    const setAside = await setAsideOf(target, model);
    const pages = new LogPages({ feed, catalog, eventsPerPage: settings.eventsPerStep, setAside }, throttle);
    return {
      projection,
      model,
      setAside,
      target: targetOf(target, projection),
      environment,
      pages,
      partitions: await pages.partitions(),
      range: sample ? partOfKeys(sample.part, sample.of) : allKeys,
      keysPerPass: settings.auditKeysPerPass,
      throttle,
      tally: new Tally(settings.auditFindings),
    };
  }

  /** Reads all of an index, so it is not for samples. */
  async #indexProblems({ target, model }: AuditSide): Promise<readonly IndexProblem[]> {
    return (await target.indexes?.check(model, this.#side.settings.auditFindings)) ?? [];
  }

  /** A checkpoint beyond the log means that the log is an older copy, or that somebody moved the checkpoint. */
  async #beyondTheLog(place: Place): Promise<string | undefined> {
    for (const [partition, position] of place) {
      const head = position === 0 ? 0 : await this.#side.feed.head(partition);
      if (position > head)
        return `The checkpoint is at position ${position} of partition ${partition}, but the log ends at ${head}. Was the log restored from an older backup?`;
    }
    return undefined;
  }
}

async function compare(side: AuditSide): Promise<string | undefined> {
  try {
    await (side.model.kind === "facts" ? auditFacts(side) : auditTable(side));
    return undefined;
  } catch (error) {
    if (error instanceof Incomparable) return error.message;
    throw error;
  }
}
