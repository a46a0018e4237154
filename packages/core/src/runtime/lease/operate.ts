/** An operator's work on one read model, from any process: takes its lease over, is its worker meanwhile, and gives it back. */
import type { AnyProjection } from "../../definition/projection.ts";
import { StoppedError } from "../../errors.ts";
import type { ReadModel } from "../../port/read-model-store.ts";
import { ProjectionRunner, type ProjectionSide } from "../projection/projection-runner.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import { operating } from "./lease-spread.ts";
import type { Tenure } from "./tenure.ts";

export interface OperateSide extends ProjectionSide {
  /** The build to work on. Default: the first of the projection's version. */
  readonly model?: ReadModel;
  /** True once the runtime has been told to stop: no more steps then. */
  readonly stopping: () => boolean;
}

/**
 * Runs `step` under the lease while no other step of the read model is taken.
 * @throws LeaseLostError when another worker has the lease by now, StoppedError when the runtime stops.
 */
export type OperateStep = <T>(step: (tenure: Tenure) => Promise<T>) => Promise<T>;

/** How the live steps fare that go on meanwhile. */
export type Operated = Pick<ProjectionRunner, "state" | "failure">;

/** Resolves with what `work` does. Live steps go on meanwhile, under the same lease. Nothing is half written when it fails. */
export async function operate<T>(
  projection: AnyProjection,
  { stopping, model, ...side }: OperateSide,
  work: (takeStep: OperateStep, operated: Operated) => Promise<T>,
): Promise<T> {
  const runner = new ProjectionRunner(projection, side, model);
  const { environment, observer, settings, target, feed } = side;
  const leaseSide = { leases: target.leases, leaseMs: settings.leaseMs, claims: operating, environment, observer };
  const keeper = new LeaseKeeper([runner], leaseSide);
  try {
    await keeper.seize();
    runner.start(await feed.partitions());
    keeper.start();
    return await work((step) => {
      if (stopping()) throw new StoppedError("The runtime");
      return runner.inTurn(step);
    }, runner);
  } finally {
    await keeper.stop();
    await runner.stop();
    await keeper.giveBack();
  }
}
