/** A CDK app as the README shows it. */
import type { Topology } from "@foldstream/cloudformation";
import { type App, Stack } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { BucketDeployment, Source } from "aws-cdk-lib/aws-s3-deployment";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { FoldstreamApp, FoldstreamState } from "../src/index.ts";

export function deployCounter(app: App, { bundle, page }: { readonly bundle: string; readonly page: string }) {
  // #region deployment
  const topology: Topology = { name: "counter", functions: { audit: {} }, page: {} };

  const stateStack = new Stack(app, "counter-state", { terminationProtection: true });
  const state = new FoldstreamState(stateStack, "State", { topology });

  const stack = new Stack(app, "counter");
  const counter = new FoldstreamApp(stack, "App", { state, code: Code.fromAsset(bundle) });
  counter.alarmTopic.addSubscription(new EmailSubscription("operators@example.org"));

  const { pageBucket: destinationBucket, distribution } = counter;
  if (destinationBucket && distribution)
    new BucketDeployment(stack, "Page", { sources: [Source.asset(page)], destinationBucket, distribution });
  // #endregion deployment
  return stack;
}
