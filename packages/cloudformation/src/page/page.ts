/** A static page and the app behind one domain: a private bucket and the function's URL, both behind CloudFront. */
import type { Resources } from "../template.ts";
import type { Page } from "../topology.ts";
import { pageBucket } from "./bucket.ts";
import { distribution } from "./distribution.ts";

export function page(name: string, wanted: Page): Resources {
  return { ...pageBucket(), ...distribution(name, wanted) };
}
