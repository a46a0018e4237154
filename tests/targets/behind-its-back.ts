/** Changes to what a target keeps, made past its adapter, and what an audit must call them. */
import { type EventStore, factKey } from "foldstream/port";
import type { Found } from "../engines/drift.ts";

/** Keys of facts are their places. */
export interface BehindItsBack {
  change(readModel: string, key: string, column: string, value: unknown): Promise<void>;
  /** Gives it a value that its column cannot have. */
  spoil(readModel: string, key: string): Promise<void>;
  /** Changes the words for search that are kept beside the row, where they are. */
  readonly misspell?: (readModel: string, key: string) => Promise<void>;
  remove(readModel: string, key: string): Promise<void>;
  /** What is under a key, under another one too. */
  copy(readModel: string, from: string, to: string): Promise<void>;
}

export interface TargetDamage extends Found {
  readonly what: string;
  readonly run: (target: BehindItsBack, log: EventStore) => Promise<void>;
}

const place = (position: number, index = 0) => factKey({ partition: "0", position, index });

/** What a target keeps beside each row for searches: a row that was changed without it is found by that. */
export interface KeptBeside {
  readonly words: boolean;
  /** Which columns are null. */
  readonly nulls: boolean;
  /** An entry for each row in the index by pages, elsewhere: what is there and what is missing are problems of their own. */
  readonly entries?: boolean;
}

export function targetDamages(keeps: KeptBeside): readonly TargetDamage[] {
  /** Problems with indexes, where there are any. */
  const entries = (indexes: number) => (keeps.entries ? { indexes } : {});
  const changed = (what: string, column: string, value: unknown, isFoundBeside = false): TargetDamage => ({
    what,
    found: [isFoundBeside ? "corrupt one" : `corrupt one ${column}`],
    ...(column === "pages" && entries(2)),
    run: (target) => target.change("books", "one", column, value),
  });
  const misspelled: TargetDamage = {
    what: "other words for search",
    found: ["corrupt one"],
    run: async (target) => target.misspell?.("books", "one"),
  };
  return [
    ...(keeps.words ? [misspelled] : []),
    changed("a changed number", "pages", 201),
    changed("a number that is off by the last bit", "rating", 0.1 + 2e-17),
    changed("a flag turned over", "lent", true),
    changed("other JSON", "tags", ["b", "a"]),
    changed("text in other letters", "title", "café Ünïted"),
    changed("text in another form of Unicode", "title", "Café Ünïted".normalize("NFD")),
    changed("text with a space behind it", "title", "Café Ünïted "),
    changed("other text", "title", "Tea", keeps.words),
    changed("text instead of null", "note", "", keeps.nulls),
    { what: "a value that is none", found: ["corrupt one"], run: (target) => target.spoil("books", "one") },
    {
      what: "a row as it was before",
      found: ["stale one pages"],
      ...entries(2),
      run: async (target, log) => {
        const [first] = await log.read("book-one", { after: 0, limit: 1 });
        await target.change("books", "one", "pages", 100);
        await target.change("books", "one", "shelvedAt", new Date(first?.recordedAt ?? 0).toISOString());
      },
    },
    { what: "a row deleted", found: ["missing one"], ...entries(1), run: (target) => target.remove("books", "one") },
    {
      what: "all rows deleted",
      found: ["missing one", "missing two", "missing three"],
      ...entries(3),
      run: async (target) => {
        for (const key of ["one", "two", "three"]) await target.remove("books", key);
      },
    },
    {
      what: "a row inserted",
      found: ["extra four"],
      ...entries(1),
      run: (target) => target.copy("books", "one", "four"),
    },
    {
      what: "a key in other letters",
      found: ["extra One", "missing one"],
      ...entries(2),
      run: async (target) => {
        await target.copy("books", "one", "One");
        await target.remove("books", "one");
      },
    },
    { what: "a fact dropped", found: ["missing a fact"], run: (target) => target.remove("shelvings", place(3)) },
    {
      what: "a fact doubled",
      found: ["extra a fact"],
      run: (target) => target.copy("shelvings", place(1), place(1, 1)),
    },
    {
      what: "a fact changed",
      found: ["corrupt a fact book"],
      run: (target) => target.change("shelvings", place(1), "book", "two"),
    },
    {
      what: "a fact of an event to come",
      found: ["extra a fact"],
      run: (target) => target.copy("shelvings", place(1), place(99)),
    },
  ];
}

interface StoredDocument {
  readonly key: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** For doubles of services that keep documents. */
export function documentsBehind(double: {
  read(readModel: string, key: string): object;
  /** `null` deletes. */
  write(readModel: string, key: string, document: object | null): void;
}): BehindItsBack {
  const edit = async (name: string, key: string, changes: Readonly<Record<string, unknown>>) => {
    const { row, ...rest } = double.read(name, key) as StoredDocument;
    double.write(name, key, { ...rest, row: { ...row, ...changes } });
  };
  return {
    change: (name, key, column, value) =>
      edit(name, key, { [column]: column === "tags" ? JSON.stringify(value) : value }),
    spoil: (name, key) => edit(name, key, { tags: '["a", ' }),
    async misspell(name, key) {
      double.write(name, key, { ...double.read(name, key), words: { title: "ghost", note: "" } });
    },
    remove: async (name, key) => double.write(name, key, null),
    async copy(name, from, to) {
      const { row, ...rest } = double.read(name, from) as StoredDocument;
      double.write(name, to, { ...rest, key: to, row: name === "books" ? { ...row, id: to } : row });
    },
  };
}
