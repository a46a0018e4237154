/** Where this machine keeps a Chromium, for tests that look at pages as a person does. */
import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** `CHROMIUM_PATH`, or where Linux distributions install it. */
export function chromiumPath(): string | undefined {
  return process.env.CHROMIUM_PATH ?? places.find((place) => existsSync(place));
}

export const chromiumArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const withoutChromium = "no Chromium here: install it, or name it in CHROMIUM_PATH";
