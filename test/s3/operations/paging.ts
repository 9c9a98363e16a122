import { invalidArgument } from '../errors.ts';
import type { Call } from './call.ts';

/** No page of a listing is longer. */
const MAX_PAGE = 1000;

/** A page length such as `max-keys`. Throws S3Error InvalidArgument. */
export function pageLimit(call: Call, name: string): number {
  const text = call.query.get(name);
  if (text === null || text === '') return MAX_PAGE;
  const limit = /^\d{1,10}$/.test(text) ? Number(text) : 2 ** 31;
  if (limit >= 2 ** 31) {
    throw invalidArgument(
      `Argument ${name} must be an integer between 0 and 2147483647`,
      name,
      text,
    );
  }
  return Math.min(limit, MAX_PAGE);
}

/** How names are written in a listing: as they are, or with `encoding-type=url`. */
export function nameEncoder(call: Call): { type: 'url' | undefined; encode(name: string): string } {
  const type = call.query.get('encoding-type');
  if (type === null) return { type: undefined, encode: (name) => name };
  if (type !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type);
  }
  return { type, encode: formEncode };
}

/** As HTML forms encode, a space as `+`, but with the slashes kept. */
function formEncode(name: string): string {
  return encodeURIComponent(name)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}
