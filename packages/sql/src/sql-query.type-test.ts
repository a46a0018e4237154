/** What the compiler must know about queries in SQL, and what it must refuse. Checked by `tsc`, never run. */
import { aggregate, projection, type QueryOutput, t, table } from "foldstream";
import * as z from "zod";
import { sqlQuery } from "./index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<Actual>() {
  return { toBe: <Expected>(..._: Equal<Actual, Expected> extends true ? [] : [never]) => undefined };
}

const counter = aggregate("counter", {
  initialState: { value: 0 },
  events: { Incremented: z.object({ by: z.int() }) },
  commands: {},
  decide: {},
  evolve: { Incremented: (state) => state },
});

const totals = projection("totals", {
  version: 1,
  from: [counter],
  key: (event) => event.stream.id,
  into: table({
    id: t.key(),
    value: t.integer(),
    open: t.boolean(),
    lastAt: t.timestamp({ nullable: true }),
    tags: t.json<{ colour: string }>(),
  }),
  on: {},
});
const others = projection("others", {
  version: 1,
  from: [counter],
  key: (event) => event.stream.id,
  into: table({ id: t.key(), name: t.text() }),
  on: {},
});

const query = sqlQuery("all", {
  input: z.object({ least: z.int().default(0) }),
  from: [totals],
  run: async ({ least }, db, { read, principal }) => {
    expectType<typeof least>().toBe<number>();
    expectType<typeof principal>().toBe<{ readonly id: string; readonly roles?: readonly string[] } | undefined>();
    const row = await read.totals.get("1");
    expectType<typeof row>().toBe<
      | {
          readonly id: string;
          readonly value: number;
          readonly open: boolean;
          readonly lastAt: string | null;
          readonly tags: { colour: string };
        }
      | undefined
    >();
    return db.selectFrom("totals").selectAll().where("value", ">", least).execute();
  },
});

type Row = QueryOutput<typeof query>[number];
expectType<Row["id"]>().toBe<string>();
expectType<Row["value"]>().toBe<number>();
expectType<Row["open"]>().toBe<boolean | 0 | 1>();
expectType<Row["lastAt"]>().toBe<string | null>();
expectType<Row["tags"]>().toBe<string | { colour: string }>();
expectType<(typeof query)["name"]>().toBe<"all">();

sqlQuery("joined", {
  input: z.object({}),
  from: [totals, others],
  run: async (_input, db) => {
    const rows = await db
      .selectFrom("totals")
      .innerJoin("others", "others.id", "totals.id")
      .select(["totals.value", "others.name as title"])
      .execute();
    expectType<(typeof rows)[number]>().toBe<{ value: number; title: string }>();
    return rows;
  },
});

sqlQuery("mistakes", {
  input: z.object({}),
  from: [totals],
  run: async (_input, db) => {
    // @ts-expect-error others is not among the projections it reads
    db.selectFrom("others");
    // @ts-expect-error there is no such column
    db.selectFrom("totals").select("price");
    // @ts-expect-error value is a number
    db.selectFrom("totals").selectAll().where("value", "=", "three");
    // @ts-expect-error read models are written by projections only
    db.insertInto("totals");
    // @ts-expect-error read models are written by projections only
    db.updateTable("totals");
    // @ts-expect-error read models are written by projections only
    db.deleteFrom("totals");
    // @ts-expect-error tables are made by the engine only
    db.schema;
    // @ts-expect-error there are no transactions over read models
    db.transaction();
    // @ts-expect-error nor does a common table expression write
    db.with("gone", (cte) => cte.deleteFrom("totals")).selectFrom("totals");
  },
});
