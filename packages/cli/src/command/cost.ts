/** The command `cost`: a month's bill of the topology that a module exports, under the traffic that a file describes. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TrafficProfile } from "@foldstream/cost";
import { UsageError } from "../errors.ts";
import { billText, type Told } from "../output/bill-text.ts";
import type { Command } from "./command.ts";
import { topologyOf, topologyProblem } from "./synth.ts";
import { usualConfig } from "./with-app.ts";
import { withEngine } from "./with-engine.ts";

export interface CostSettings {
  /** File of the traffic profile. */
  readonly profile: string;
  /** Default: the usual one, here or beside the profile. */
  readonly config?: string;
  readonly region: string;
  /** File of a price list, in place of the region's. */
  readonly prices?: string;
  /** Takes the sizes of events from the log. */
  readonly measure?: boolean;
  readonly explain?: boolean;
  /** File of an earlier bill. */
  readonly against?: string;
  readonly failAbove?: Limit;
}

interface Limit {
  readonly amount: number;
  readonly inPercent: boolean;
}

export function cost(settings: CostSettings): Command {
  return {
    name: "cost",
    afterStop: "Run the same command again.",
    async run() {
      const { against, failAbove, explain = false } = settings;
      if (failAbove?.inPercent && against === undefined)
        throw new UsageError("--fail-above with a percentage needs --against. Give an amount, or an earlier bill too.");
      const told = await tellOf(settings);
      const { bill, difference, alternatives, quotas, measured } = told;
      return {
        ok: failAbove === undefined || !isAbove(failAbove, told),
        text: billText(told, { explain }),
        json: { ...bill, alternatives, quotas, ...(measured && { measured }), ...(difference && { difference }) },
      };
    },
  };
}

type CostPackage = typeof import("@foldstream/cost");

async function tellOf(settings: CostSettings): Promise<Told> {
  const { against, config = usualConfigFor(settings) } = settings;
  const tools = await costPackage();
  const topology = await topologyOf(config);
  const measured = settings.measure ? await measuredIn(tools, config) : undefined;
  const profile = await profileOf(tools, settings, measured);
  const prices = await pricesOf(tools, settings);
  const earlier = against === undefined ? undefined : await parsedFile(against, tools, tools.parseBill);
  try {
    const bill = tools.billOf({ profile, topology, prices });
    return {
      bill,
      alternatives: tools.alternativesOf({ profile, topology, prices }),
      quotas: tools.quotasOf(profile, topology),
      ...(measured && { measured }),
      ...(earlier && { difference: tools.differenceOf(earlier, bill) }),
    };
  } catch (error) {
    throw await topologyProblem(error, config);
  }
}

/** An app's profile lies beside its configuration. */
function usualConfigFor({ profile }: CostSettings): string {
  const beside = join(dirname(profile), usualConfig);
  return !existsSync(usualConfig) && existsSync(beside) ? beside : usualConfig;
}

async function costPackage(): Promise<CostPackage> {
  return import("@foldstream/cost").catch((cause: unknown) => {
    const name = "@foldstream/cost";
    throw new UsageError(`cost needs ${name}. Install it: npm install --save-dev ${name}`, { cause });
  });
}

function measuredIn(tools: CostPackage, config: string) {
  return withEngine(`${config}#engine`, "source", ({ eventFeed }) =>
    tools.measureEvents(eventFeed).catch((error: unknown) => {
      throw usageOf(tools, error, config);
    }),
  );
}

/** What is measured takes the place of what the file says. */
function profileOf(
  tools: CostPackage,
  { profile: file }: CostSettings,
  measured: Told["measured"],
): Promise<TrafficProfile> {
  return parsedFile(file, tools, (value) => {
    const profile = tools.parseProfile(value);
    if (!measured) return profile;
    const { events, streams } = measured;
    return { ...profile, events, streams: { ...profile.streams, ...streams } };
  });
}

async function pricesOf(tools: CostPackage, { region, prices }: CostSettings) {
  if (prices !== undefined) return parsedFile(prices, tools, tools.parsePrices);
  try {
    return tools.pricesOf(region);
  } catch (error) {
    throw usageOf(tools, error, "--region");
  }
}

async function parsedFile<Parsed>(
  file: string,
  tools: CostPackage,
  parse: (value: unknown) => Parsed,
): Promise<Parsed> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`Cannot read ${file}. Check the path.`, { cause });
  });
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    throw usageOf(tools, error, file);
  }
}

function usageOf({ isCostError }: CostPackage, error: unknown, where: string): unknown {
  if (isCostError(error)) return new UsageError(`${where}: ${error.message}`, { cause: error });
  if (error instanceof SyntaxError) return new UsageError(`${where} is no JSON: ${error.message}`, { cause: error });
  return error;
}

/** Of what is more, where there is an earlier bill; else of the whole. */
function isAbove({ amount, inPercent }: Limit, { bill, difference }: Told): boolean {
  if (!difference) return bill.total > amount;
  const more = difference.after - difference.before;
  return inPercent ? more > (difference.before * amount) / 100 : more > amount;
}
