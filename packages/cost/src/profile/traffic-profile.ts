/** What an app has to do: how many commands and queries, of which size, and what its projections write of them. */
import * as z from "zod";
import { parsed } from "../errors.ts";

const rate = z.number().min(0);
const share = z.number().min(0).max(1);
const count = z.number().min(1);
const milliseconds = z.number().min(1);
const bytes = z.int().min(1);

const commands = z.strictObject({
  /** Mean of the hours in which there is traffic. */
  perSecond: rate,
  /** In the busiest second. Default: as many as the mean. */
  peakPerSecond: rate.optional(),
  /** In which there is traffic. */
  hoursPerDay: z.number().gt(0).max(24).default(24),
  /** How they come: over HTTP, or through the command queue of the topology. */
  by: z.enum(["http", "queue"]).default("http"),
  /** Commands of one stream that wait for each other in one process and share an append. On Lambda, those of one queue batch. */
  perAppend: count.default(1),
  /** Of the appends: whose stream the process remembers, so that it need not be read. */
  stateCached: share.default(0),
  /** That the function runs for one. */
  milliseconds: milliseconds.default(50),
});

const events = z.strictObject({
  perCommand: rate.default(1),
  /** Of the JSON of an event's data. */
  dataBytes: bytes,
  /** Of who did it and of the trace, as JSON, where events carry that. */
  metadataBytes: z.int().min(0).default(0),
  /** What is left of the data of events that are deflated together. */
  deflatedTo: share.default(0.25),
});

const streams = z.strictObject({
  /** Of a stream in its life. */
  commandsEach: count,
  /** Of the commands in the busiest second: those on the busiest stream. */
  hottestShare: share.default(0),
});

const projection = z.strictObject({
  name: z.string().optional(),
  /** Rows that an event changes. */
  rowsPerEvent: rate.default(1),
  rowBytes: bytes.default(200),
  /** In all. */
  rows: rate,
  /** Declared indexes that a change of a row moves it in. */
  indexesMoved: z.int().min(0).default(0),
});

const queries = z.strictObject({
  /** Mean of the hours in which there is traffic. */
  perSecond: rate,
  peakPerSecond: rate.optional(),
  /** Rows that an answer is made of. One is read by its key, more by an index. */
  rows: count.default(1),
  /** Of the queries: those that bring the token of a command just given. */
  readYourWrites: share.default(0),
  /** That such a query waits until its read model includes the command. */
  waitMilliseconds: rate.default(700),
  /** That the function runs for a query, waiting left aside. */
  milliseconds: milliseconds.default(20),
});

const page = z.strictObject({
  /** Requests of the page's files in a month. */
  requestsPerMonth: rate,
  bytesPerRequest: bytes.default(20_000),
});

const schema = z.strictObject({
  commands,
  events,
  streams,
  projections: z.array(projection).default([]),
  queries: queries.default({
    perSecond: 0,
    rows: 1,
    readYourWrites: 0,
    waitMilliseconds: 700,
    milliseconds: 20,
  }),
  page: page.optional(),
  /** How long the log has been growing by so much: the bill is that of the month after. */
  logMonths: rate.default(12),
  /** Of an answer of the app, with its headers. */
  answerBytes: bytes.default(600),
  /** That the worker runs for one wake-up. */
  workerMilliseconds: milliseconds.default(400),
  /** Of Lambda's own log lines for an invocation. */
  logBytesPerInvocation: bytes.default(700),
  /** Subtracts what AWS gives each account free of charge every month: once an account, not once an app. */
  freeTier: z.boolean().default(false),
});

/** A profile with its defaults. */
export type TrafficProfile = z.output<typeof schema>;

/** A profile as it is written. */
export type TrafficProfileInput = z.input<typeof schema>;

/** @throws CostError `invalid-profile`, naming each setting and what was expected. */
export function parseProfile(value: unknown): TrafficProfile {
  return parsed(schema, value, "invalid-profile");
}
