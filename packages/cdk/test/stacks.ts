/** Stacks as a user of the constructs writes them, in folders that are gone after the test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Template, Topology } from "@foldstream/cloudformation";
import { App, Stack } from "aws-cdk-lib";
import { Template as Assertions } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { onTestFinished } from "vitest";
import { FoldstreamApp, FoldstreamState } from "../src/index.ts";

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "foldstream-constructs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function cdkApp(): App {
  return new App({ outdir: scratchFolder(), analyticsReporting: false });
}

/** A folder with what esbuild would have made. */
export function bundleFolder(): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, "index.mjs"), "export const http = () => {};");
  return folder;
}

export function bundle(): Code {
  return Code.fromAsset(bundleFolder());
}

export function stacksOf(topology: Topology, app = cdkApp()) {
  const stateStack = new Stack(app, `${topology.name}-state`, { terminationProtection: true });
  const appStack = new Stack(app, topology.name);
  const state = new FoldstreamState(stateStack, "State", { topology });
  const deployed = new FoldstreamApp(appStack, "App", { state, code: bundle() });
  return { app, stateStack, appStack, state, deployed };
}

export function templateOf(stack: Stack): Template {
  return Assertions.fromStack(stack).toJSON() as Template;
}
