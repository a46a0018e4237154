/** What clients send to an app, and what must come of it: as many of each thing as commands were accepted for it. */

export interface Load {
  readonly aggregate: string;
  readonly command: string;
  readonly data: object;
  /** Streams that commands go to, by chance; the first more often than all others together. */
  readonly ids: readonly string[];
  /** A query that tells how many commands were executed on a stream. */
  readonly query: string;
}

export const loads: Readonly<Record<string, Load>> = {
  counter: {
    aggregate: "counter",
    command: "Increment",
    data: { by: 1 },
    ids: ["hot", "warm", "cold-1", "cold-2"],
    query: "total",
  },
};
