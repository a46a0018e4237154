/** What targets without transactions keep of one read model in one record, so that checkpoint and lease change under one condition. */
import type { Lease, ReadModel, ReadModelWrite, WriteResult } from "./read-model-store.ts";

export interface ControlRecord {
  readonly lease?: Lease;
  /** By partition. */
  readonly checkpoints: Readonly<Record<string, ControlCheckpoint>>;
}

export interface ControlCheckpoint {
  readonly position: number;
  /** The step that moved it here. */
  readonly step: string;
  /** Streams of the partition that are parked since then, where the record does not hold them itself. */
  readonly parked?: number;
}

export type Refusal = WriteResult & { readonly ok: false };

/** Why a step must not be taken, if so. */
export function refusalOf(control: ControlRecord, step: ReadModelWrite): Refusal | undefined {
  const { partition, expected, epoch } = step;
  if (epoch !== undefined && control.lease?.epoch !== epoch) return { ok: false, reason: "lease-lost" };
  const actual = control.checkpoints[partition]?.position ?? 0;
  return actual === expected ? undefined : { ok: false, reason: "checkpoint-moved", actual };
}

export function isSameLease(one: Lease | undefined, other: Lease | undefined): boolean {
  return one?.epoch === other?.epoch && one?.holder === other?.holder && one?.beat === other?.beat;
}

/** The columns of a read model in a line, to tell whether it is still the one that was prepared. */
export function describeColumns({ kind, columns, search }: ReadModel): string {
  const described = Object.entries(columns).map(([name, { type, key, nullable }]) =>
    [name, type, key && "key", nullable && "nullable"].filter(Boolean).join(" "),
  );
  return `${kind}: ${described.join(", ")}; search: ${search.join(", ")}`;
}
