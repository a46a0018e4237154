/** Queries, as far as the adapter asks them ("Query DSL"); any other is refused. */
import { fieldAt, type Mapping, type Terms } from "./mapping.ts";
import { badRequest } from "./refusal.ts";

/** The score, or nothing where the document does not match. */
export type Matches = (terms: Terms) => number | undefined;

type Body = Readonly<Record<string, never>>;

export function compile(query: object, mapping: Mapping): Matches {
  const [[kind = "", body] = []] = Object.entries(query);
  const make = kinds[kind];
  if (!make || Object.keys(query).length !== 1)
    throw badRequest("parsing_exception", `unknown query [${Object.keys(query)}]`);
  return make(body as Body, mapping);
}

const kinds: Readonly<Record<string, (body: Body, mapping: Mapping) => Matches>> = {
  match_none: () => () => undefined,

  bool(body, mapping) {
    only(body, ["must", "filter", "must_not"]);
    const all = (clauses: readonly object[] = []) => clauses.map((clause) => compile(clause, mapping));
    const [must, filter, mustNot] = [all(body.must), all(body.filter), all(body.must_not)];
    return (terms) => {
      if (!filter.every((clause) => clause(terms) !== undefined)) return undefined;
      if (mustNot.some((clause) => clause(terms) !== undefined)) return undefined;
      const scores = must.map((clause) => clause(terms));
      if (scores.includes(undefined)) return undefined;
      return scores.reduce<number>((sum, score) => sum + (score ?? 0), 0);
    };
  },

  term(body, mapping) {
    const [[path = "", given] = []] = Object.entries(body as Record<string, unknown>);
    const wanted = typeof given === "object" && given !== null ? (given as { value: unknown }).value : given;
    const field = indexedField(mapping, path);
    if (field.type !== "keyword" && typeof wanted === "string" && field.type !== "date")
      throw badRequest("query_shard_exception", `failed to create query: For input string: "${wanted}"`);
    const value = field.type === "date" ? Date.parse(String(wanted)) : wanted;
    return (terms) => (terms.get(path)?.some((one) => one === value) ? 1 : undefined);
  },

  range(body, mapping) {
    const [[path = "", { lt }] = ["", {}]] = Object.entries(body as Record<string, { lt?: number }>);
    indexedField(mapping, path);
    if (lt === undefined) throw badRequest("parsing_exception", "[range] query does not support other bounds here");
    return (terms) => (terms.get(path)?.some((one) => (one as number) < lt) ? 1 : undefined);
  },

  multi_match(body, mapping) {
    only(body, ["query", "type", "fields"]);
    const { query, type, fields } = body as unknown as { query: string; type: string; fields: readonly string[] };
    if (type !== "bool_prefix") throw badRequest("parsing_exception", `multi_match type [${type}] is not known here`);
    const words = query.split(/\s+/);
    const boosted = fields.map((field) => field.split("^") as [string, string?]);
    for (const [path] of boosted)
      if (indexedField(mapping, path).type !== "text") throw badRequest("parsing_exception", path);
    return (terms) => {
      const scores = boosted.map(([path, boost = "1"]) => (holds(terms.get(path), words) ? Number(boost) : 0));
      const score = scores.reduce((sum, one) => sum + one, 0);
      return score > 0 ? score : undefined;
    };
  },
};

/** All words but the last are whole. Any of them is enough. */
function holds(found: readonly unknown[] = [], words: readonly string[]): boolean {
  const last = words.length - 1;
  return words.some((word, at) => found.some((one) => (at < last ? one === word : String(one).startsWith(word))));
}

function indexedField(mapping: Mapping, path: string) {
  const field = fieldAt(mapping, path);
  // The service finds nothing in a field that it does not know; a test had better hear of it.
  if (!field || field.index === false) throw badRequest("query_shard_exception", `the field [${path}] is not indexed`);
  return field;
}

function only(body: Body, known: readonly string[]): void {
  const other = Object.keys(body).find((name) => !known.includes(name));
  if (other !== undefined) throw badRequest("parsing_exception", `[${other}] is not supported`);
}
