/** Targets with a mistake each in how they keep leases, or mind them. */
import type { Lease, LeaseStore, ReadModelStore, ReadModelWrite, WriteResult } from "foldstream/port";
import { turn } from "../../src/eventually.ts";
import { broken, durableTarget } from "./breaking-targets.ts";

/** A target with other leases. */
function leasing(change: (leases: LeaseStore) => Partial<LeaseStore>) {
  return ({ leases }: ReadModelStore) => ({ leases: { ...leases, ...change(leases) } });
}

/** A target that decides by itself what to do about a step, given the lease. `undefined` writes it, whatever its epoch. */
function minding(decide: (epoch: number | undefined, lease: Lease | undefined) => WriteResult | undefined) {
  return (target: ReadModelStore): Partial<ReadModelStore> => ({
    async write(model, { epoch, ...step }) {
      const [lease] = await target.leases.read([model]);
      return decide(epoch, lease) ?? target.write(model, step);
    },
  });
}

const lost: WriteResult = { ok: false, reason: "lease-lost" };

function withoutEpoch({ epoch: _, ...step }: ReadModelWrite): ReadModelWrite {
  return step;
}

export const brokenLeases = [
  broken(
    "reads leases in an order of its own",
    "G4 reads leases in the order asked for, and nothing where nobody has held one",
    leasing((leases) => ({
      read: (models) => leases.read(models.toSorted((one, other) => one.name.localeCompare(other.name))),
    })),
  ),
  broken(
    "reads a lease where nobody has held one",
    "G4 reads leases in the order asked for, and nothing where nobody has held one",
    leasing((leases) => ({
      read: async (models) => (await leases.read(models)).map((lease) => lease ?? { epoch: 0, holder: null, beat: 0 }),
    })),
  ),
  broken(
    "leaves out leases that were given back",
    "G4 puts one lease in the place of another, with what is noted: renewed, given back, taken again",
    leasing((leases) => ({
      read: async (models) => (await leases.read(models)).map((lease) => (lease?.holder ? lease : undefined)),
    })),
  ),
  broken(
    "keeps the first note of a lease",
    "G4 puts one lease in the place of another, with what is noted: renewed, given back, taken again",
    leasing((leases) => ({
      async replace(model, expected, next) {
        const [{ note } = next] = (await leases.read([model])) as readonly Lease[];
        return leases.replace(model, expected, { ...next, ...(note !== undefined && { note }) });
      },
    })),
  ),
  broken(
    "compares the lease first and replaces it later",
    "G4 lets exactly one of 20 racing workers have a lease, whether it is new or taken over",
    leasing((leases) => ({
      async replace(model, expected, next) {
        const [lease] = await leases.read([model]);
        if (JSON.stringify(lease) !== JSON.stringify(expected)) return false;
        for (;;) {
          const [current] = await leases.read([model]);
          if (await leases.replace(model, current, next)) return true;
        }
      },
    })),
  ),
  ...(["epoch", "holder", "beat"] as const).map((column) =>
    broken(
      `does not compare the ${column} of the expected lease`,
      "G4 does nothing when the lease is not the expected one",
      leasing((leases) => ({
        async replace(model, expected, next) {
          const [lease] = await leases.read([model]);
          return leases.replace(model, expected && lease && { ...expected, [column]: lease[column] }, next);
        },
      })),
    ),
  ),
  broken(
    "takes no expectation for any lease",
    "G4 does nothing when the lease is not the expected one",
    leasing((leases) => ({
      async replace(model, expected, next) {
        const [lease] = await leases.read([model]);
        return leases.replace(model, expected ?? lease, next);
      },
    })),
  ),
  broken(
    "makes a lease that was expected but never there",
    "G4 does nothing when the lease is not the expected one",
    leasing((leases) => ({
      async replace(model, expected, next) {
        const [lease] = await leases.read([model]);
        return leases.replace(model, lease && expected, next);
      },
    })),
  ),
  broken(
    "ends the epoch when the lease is renewed",
    "G4 writes a step under the epoch of the lease, also after it was renewed",
    minding((epoch, lease) => (epoch !== undefined && lease?.beat !== 1 ? lost : undefined)),
  ),
  broken(
    "does not look at the epoch of a step",
    "G4 refuses a step under an older epoch although the checkpoint fits, and writes none of it",
    minding(() => undefined),
  ),
  broken(
    "does not look at the epoch of a step of facts",
    "G4 refuses facts under an older epoch, and adds none of them",
    (target) => ({
      write: (model, step) => target.write(model, model.kind === "facts" ? withoutEpoch(step) : step),
    }),
  ),
  broken(
    "refuses older epochs only",
    "G4 refuses a step under a later epoch although the checkpoint fits, and writes none of it",
    minding((epoch, lease) => (epoch !== undefined && epoch < (lease?.epoch ?? 0) ? lost : undefined)),
  ),
  broken(
    "moves the checkpoint of a step that it refuses for its lease",
    "G4 refuses a step under an older epoch although the checkpoint fits, and writes none of it",
    (target) => ({
      async write(model, step) {
        const result = await target.write(model, step);
        if (!result.ok && result.reason === "lease-lost") {
          await target.write(model, withoutEpoch({ ...step, rows: [], facts: [] }));
        }
        return result;
      },
    }),
  ),
  broken(
    "has no lease to compare with before the first one",
    "G4 refuses a step under any epoch where nobody has held the lease",
    minding((epoch, lease) => (epoch !== undefined && lease && epoch !== lease.epoch ? lost : undefined)),
  ),
  broken(
    "demands an epoch once there is a lease",
    "G4 writes a step without an epoch whoever holds the lease",
    minding((epoch, lease) => (epoch !== lease?.epoch ? lost : undefined)),
  ),
  broken(
    "has one lease for all versions of a read model",
    "G4 keeps the leases of read models apart, and those of their versions",
    leasing((leases) => ({
      read: (models) => leases.read(models.map((model) => ({ ...model, version: 1 }))),
      replace: (model, expected, next) => leases.replace({ ...model, version: 1 }, expected, next),
    })),
  ),
  broken(
    "has one lease for all read models",
    "G4 keeps the leases of read models apart, and those of their versions",
    leasing((leases) => ({
      read: (models) => leases.read(models.map((model) => ({ ...model, name: "all" }))),
      replace: (model, expected, next) => leases.replace({ ...model, name: "all" }, expected, next),
    })),
  ),
  broken(
    "compares the epoch first and writes later",
    "G4 counts exactly what it acknowledged when 4 workers take a lease from one another",
    (target) => ({
      async write(model, step) {
        const [lease] = await target.leases.read([model]);
        if (step.epoch !== undefined && step.epoch !== lease?.epoch) return lost;
        await turn();
        return target.write(model, withoutEpoch(step));
      },
    }),
  ),
  broken(
    "forgets leases when it is prepared again",
    "G4 leaves leases alone when it is prepared again",
    ({ prepare, leases }) => {
      let prepared = 0;
      return {
        prepare(models) {
          prepared++;
          return prepare(models);
        },
        leases: {
          ...leases,
          read: async (models) => (prepared > 1 ? models.map(() => undefined) : leases.read(models)),
        },
      };
    },
  ),
  {
    mistake: "keeps its leases in memory only",
    caughtBy: "G4 has leases again when it is reopened",
    open() {
      const target = durableTarget();
      const { leases } = durableTarget().readModels;
      return { ...target, reopen: async () => durableTarget({ ...target.readModels, leases }) };
    },
  },
];
