/** A static page and the app behind one domain: a private bucket and the function's URL, both behind CloudFront. */

import type { SettledTopology } from "../settled.ts";
import type { Resources } from "../template.ts";
import { pageBucket } from "./bucket.ts";
import { distribution } from "./distribution.ts";

export function page(topology: SettledTopology): Resources {
  return topology.page ? { ...pageBucket(), ...distribution(topology, topology.page) } : {};
}
