/** Everything that can grow, in the order in which it is tried. */
import type { Axis } from "./axis.ts";
import { lengthAxis } from "./length.ts";
import { logAxis, streamsAxis } from "./log.ts";
import { projectionsAxis } from "./projections.ts";
import { workersAxis } from "./workers.ts";

export const axes: readonly Axis[] = [logAxis, streamsAxis, lengthAxis, projectionsAxis, workersAxis];
