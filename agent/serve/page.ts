/** A page of a list, and the header that names the next one. */
export interface Page {
  names: string[];
  headers: Record<string, string>;
}

/**
 * The part of a list that `n` and `last` ask for (spec.md, "Listing Tags"), in the specification's
 * order, which is without regard to case. A malformed `n` asks for all.
 *
 * @param path of the list, for the `Link` to the rest
 */
export function pageOf(all: Iterable<string>, path: string, query: URLSearchParams): Page {
  const last = query.get('last');
  const asked = query.get('n') ?? '';
  const count = /^\d+$/.test(asked) ? Number(asked) : undefined;
  const sorted = [...all].sort(compare).filter((name) => !last || compare(name, last) > 0);
  const names = sorted.slice(0, count);
  const end = names.at(-1);
  if (end === undefined || names.length === sorted.length) return { names, headers: {} };
  const next = new URLSearchParams({ n: asked, last: end });
  const namespace = query.get('ns');
  if (namespace) next.set('ns', namespace);
  return { names, headers: { link: `<${path}?${next}>; rel="next"` } };
}

function compare(a: string, b: string): number {
  const [lowerA, lowerB] = [a.toLowerCase(), b.toLowerCase()];
  return order(lowerA, lowerB) || order(a, b);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
