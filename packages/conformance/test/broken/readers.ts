/** Targets that find the wrong rows. */
import type { FindOptions, ReadModelReader, Row } from "foldstream/port";
import { broken, finding, readingBy } from "./breaking-targets.ts";

/** All that `options` would find, beyond any limit. */
async function findAll(reader: ReadModelReader, options: FindOptions<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let offset = 0; ; offset += 1_000) {
    const page = await reader.find({ ...options, limit: 1_000, offset });
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

export const brokenReaders = [
  broken(
    "compares text without case",
    "Port finds and counts the rows that equal all conditions, of every type, null included",
    readingBy((reader) => ({
      async find({ where = {}, ...options } = {}) {
        const { author, ...rest } = where;
        if (typeof author !== "string") return reader.find({ where, ...options });
        const rows = await reader.find({ where: rest, ...options });
        return rows.filter((row) => String(row.author ?? "\0").toLowerCase() === author.toLowerCase());
      },
    })),
  ),
  broken(
    "counts all rows, whatever the condition",
    "Port finds and counts the rows that equal all conditions, of every type, null included",
    readingBy((reader) => ({ count: () => reader.count() })),
  ),
  broken(
    "never finds null, as SQL does with =",
    "Port finds and counts the rows that equal all conditions, of every type, null included",
    readingBy((reader) => ({
      find: async (options = {}) => (Object.values(options.where ?? {}).includes(null) ? [] : reader.find(options)),
    })),
  ),
  broken(
    "sorts in ascending order only",
    "Port sorts by every type: text by code point, null first, ties by key in ascending order",
    finding(({ orderBy = [], ...options }) => ({ ...options, orderBy: orderBy.map(([name]) => [name, "asc"]) })),
  ),
  broken(
    "sorts by the first column only",
    "Port sorts by every type: text by code point, null first, ties by key in ascending order",
    finding(({ orderBy = [], ...options }) => ({ ...options, orderBy: orderBy.slice(0, 1) })),
  ),
  broken(
    "sorts keys as a locale does",
    "Port sorts keys by code point",
    readingBy((reader, model) => ({
      async find(options = {}) {
        const rows = await reader.find(options);
        if (options.orderBy || model.kind === "facts") return rows;
        return rows.toSorted((left, right) => String(left.id).localeCompare(String(right.id), "en"));
      },
    })),
  ),
  broken(
    "breaks ties by chance",
    "Port finds the same rows in the same order whatever the size of the pages",
    readingBy((reader) => {
      let calls = 0;
      return {
        async find(options = {}) {
          if (!options.orderBy || ++calls % 2 === 0) return reader.find(options);
          return reader.find({ ...options, orderBy: [...options.orderBy, ["id", "desc"]] });
        },
      };
    }),
  ),
  broken(
    "finds every row unless told otherwise",
    "Port finds 100 rows unless told otherwise, and 1,000 at most",
    finding((options) => ({ limit: 1_000, ...options })),
  ),
  broken(
    "finds one row less than the limit",
    "Port finds 100 rows unless told otherwise, and 1,000 at most",
    finding(({ limit = 100, ...options }) => ({ ...options, limit: limit > 1 && limit <= 1_000 ? limit - 1 : limit })),
  ),
  broken(
    "takes any limit",
    "G9 refuses limits and offsets that are not whole numbers within bounds",
    readingBy((reader) => ({
      find: async ({ limit = 100, ...options } = {}) => (await findAll(reader, options)).slice(0, limit),
    })),
  ),
  broken(
    "finds nothing where it does not know the column",
    "G9 refuses columns that the read model does not have",
    readingBy((reader) => ({
      find: (options) =>
        reader.find(options).catch((error) => (error.code === "unknown-name" ? [] : Promise.reject(error))),
    })),
  ),
  broken(
    "finds rows that hold any of the words",
    "Port finds rows that hold a word beginning with each word, in any column, without case and diacritics",
    readingBy((reader) => ({
      async search(text, options) {
        const found = await Promise.all(text.split(" ").map((word) => reader.search(word, options)));
        return [...new Map(found.flat().map((row) => [row.id, row])).values()];
      },
    })),
  ),
  broken(
    "takes the operators of its engine from the text",
    "Port takes the syntax of search engines for words",
    readingBy((reader) => ({
      async search(text, options) {
        const found = await Promise.all(text.split(" OR ").map((part) => reader.search(part, options)));
        return found.flat();
      },
    })),
  ),
  broken(
    "finds everything for text without words",
    "Port finds nothing for text without words",
    readingBy((reader) => ({
      async search(text, options) {
        const found = await reader.search(text, options);
        return /[\p{L}\p{N}]/u.test(text) ? found : reader.find(options);
      },
    })),
  ),
  broken(
    "gives the worst match first",
    "Port puts a match in the first searched column before one in a later column",
    readingBy((reader) => ({ search: async (text, options) => (await reader.search(text, options)).toReversed() })),
  ),
  broken(
    "finds keys instead of rows",
    "Port gives whole rows, and follows their changes",
    readingBy((reader) => ({
      search: async (text, options) => (await reader.search(text, options)).map(({ id }) => ({ id })),
    })),
  ),
  broken(
    "finds nothing where no search is declared",
    "G9 refuses to search a read model that declares no search",
    readingBy((reader) => ({
      search: (text, options) =>
        reader
          .search(text, options)
          .catch((error) => (error.code === "search-undeclared" ? [] : Promise.reject(error))),
    })),
  ),
];
