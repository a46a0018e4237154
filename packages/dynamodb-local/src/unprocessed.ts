/** A batch of which only the first half is done, the rest named in the answer. */

type Requests = readonly unknown[] | { readonly Keys: readonly unknown[] };
type RequestItems = Readonly<Record<string, Requests>>;

export interface Halves {
  readonly body: Buffer;
  /** For the answer: `UnprocessedKeys` or `UnprocessedItems`. */
  readonly rest: Readonly<Record<string, RequestItems>>;
}

export function halfOf(operation: string, body: Buffer): Halves {
  const { RequestItems, ...input } = JSON.parse(body.toString("utf8")) as { readonly RequestItems: RequestItems };
  const half = part(RequestItems, (all) => all.slice(0, Math.ceil(all.length / 2)));
  const rest = part(RequestItems, (all) => all.slice(Math.ceil(all.length / 2)));
  const name = operation === "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems";
  return { body: Buffer.from(JSON.stringify({ ...input, RequestItems: half })), rest: { [name]: rest } };
}

/** Tables of which nothing is left are left out. */
function part(items: RequestItems, take: (all: readonly unknown[]) => readonly unknown[]): RequestItems {
  const parts = Object.entries(items).map(([table, requests]): [string, Requests, number] => {
    if (!("Keys" in requests)) return [table, take(requests), take(requests).length];
    return [table, { ...requests, Keys: take(requests.Keys) }, take(requests.Keys).length];
  });
  return Object.fromEntries(parts.filter(([, , count]) => count > 0).map(([table, requests]) => [table, requests]));
}
