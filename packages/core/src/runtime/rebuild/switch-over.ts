/** Puts one build in the place of another, so that nobody ever sees less than before. */
import { FoldstreamError, LeaseLostError } from "../../errors.ts";
import { isLive } from "../../port/build-list.ts";
import type { FeedPoint } from "../../port/event-feed.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { type Leased, LeaseKeeper, type LeaseSide } from "../lease/lease-keeper.ts";
import { operating } from "../lease/lease-spread.ts";
import { buildName } from "./choose-builds.ts";
import { missing, type PlaceSide, placesOf } from "./places.ts";

export interface SwitchSide extends PlaceSide, Omit<LeaseSide, "leases" | "claims" | "beforeLook"> {}

/** How often to look whether the next build has come as far as the live one. */
const lookEveryMs = 10;

/**
 * The live build stands still from here on, the next one catches up with where it stands, and only then does it serve: a token that the
 * old one included is included by the new one. `next` is kept up to date by someone else meanwhile.
 *
 * The lease of the build that no longer serves is left to run out, so that whoever still takes it for the live one sees nothing newer in it.
 * @throws LeaseLostError when someone else takes over meanwhile, FoldstreamError `not-caught-up` after twice `leaseMs`, and
 * `build-changed` when another build is live by now. The live one then goes on as before.
 */
export async function switchOver(side: SwitchSide, live: ReadModel, next: ReadModel): Promise<void> {
  await switchUnder(side, live, next, async () => untilIncluded(side, next, await placesOf(side, live)));
}

/** The same for a build that nobody can bring up to date. Resolves to the positions that it lacks. */
export async function switchBack(side: SwitchSide, live: ReadModel, before: ReadModel): Promise<number> {
  let behind = 0;
  await switchUnder(side, live, before, async () => {
    behind = missing(await placesOf(side, before), await placesOf(side, live));
  });
  return behind;
}

/** Switches while nobody else may write the live build. */
async function switchUnder(
  side: SwitchSide,
  live: ReadModel,
  next: ReadModel,
  beforehand: () => Promise<void>,
): Promise<void> {
  const { target, environment, leaseMs, observer } = side;
  const fence = new Fence(live);
  const keeper = new LeaseKeeper([fence], { leases: target.leases, claims: operating, environment, leaseMs, observer });
  let switched = false;
  try {
    await keeper.seize();
    keeper.start();
    await beforehand();
    switched = fence.epoch !== undefined && (await target.builds.switchTo(live, next, fence.epoch));
    if (!switched) throw await refusal(side, live);
  } finally {
    await keeper.stop();
    if (!switched) await keeper.giveBack();
  }
}

/** Somebody has switched, or else taken the lease over. */
async function refusal({ target }: SwitchSide, live: ReadModel): Promise<FoldstreamError> {
  const builds = await target.builds.list(live.name);
  return isLive(builds, live) ? new LeaseLostError(live.name) : buildChanged(live);
}

/** Holds a lease and does nothing with it. */
class Fence implements Leased {
  readonly model: ReadModel;
  epoch: number | undefined;

  constructor(model: ReadModel) {
    this.model = model;
  }

  hold(epoch: number): void {
    this.epoch = epoch;
  }

  lose(): void {
    this.epoch = undefined;
  }
}

async function untilIncluded(side: SwitchSide, model: ReadModel, wanted: readonly FeedPoint[]): Promise<void> {
  const { scheduler } = side.environment;
  let late = false;
  const cancel = scheduler.after(2 * side.leaseMs, () => {
    late = true;
  });
  try {
    while (missing(await placesOf(side, model), wanted) > 0) {
      if (late) throw notCaughtUp(model);
      await new Promise<void>((resolve) => void scheduler.after(lookEveryMs, resolve));
    }
  } finally {
    cancel();
  }
}

function notCaughtUp(model: ReadModel): FoldstreamError {
  return new FoldstreamError(
    "not-caught-up",
    `"${model.name}" ${buildName(model)} did not reach the live build in time, so that one goes on. See its status for what fails, or try again when there are fewer commands.`,
  );
}

function buildChanged(live: ReadModel): FoldstreamError {
  return new FoldstreamError(
    "build-changed",
    `"${live.name}" ${buildName(live)} no longer serves: somebody else has switched meanwhile. Nothing was changed. Look at its builds, then decide.`,
  );
}
