/** What every part of a bill is computed from. */

import type { Topology } from "@foldstream/cloudformation";
import { type Deployed, deployedBy } from "../deployment/deployed.ts";
import type { TrafficProfile } from "../profile/traffic-profile.ts";
import { type Consumption, consumptionAt, consumptionByClock } from "../traffic/consumption.ts";
import { type Load, loadAt, meanRates, peakRates } from "../traffic/load.ts";
import { secondsOfTraffic } from "../traffic/shapes.ts";
import type { Choice } from "./usage.ts";

export interface Situation {
  readonly profile: TrafficProfile;
  readonly deployed: Deployed;
  readonly choice: Choice;
  /** Of a month. */
  readonly seconds: number;
  readonly mean: Load;
  readonly peak: Load;
  /** Of the tables, in a second of the mean. */
  readonly consumption: readonly Consumption[];
  /** Of the tables, in a month. */
  readonly byClock: readonly Consumption[];
}

/** @throws TopologyError when the topology cannot be deployed. */
export function situationOf(profile: TrafficProfile, topology: Topology, choice: Choice): Situation {
  const deployed = deployedBy(topology);
  const mean = loadAt(profile, meanRates(profile), choice.windowSeconds);
  return {
    profile,
    deployed,
    choice,
    seconds: secondsOfTraffic(profile),
    mean,
    peak: loadAt(profile, peakRates(profile), choice.windowSeconds),
    consumption: consumptionAt(profile, mean),
    byClock: consumptionByClock(profile, deployed),
  };
}
