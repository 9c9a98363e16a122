import { WherryError } from '../error.ts';

/** Engine 20.10. Nothing newer is needed; older ones were not tried. */
export const oldestApi = '1.41';
/** Engine 28.5. A newer engine is asked for this version of its API. */
export const newestApi = '1.51';

/**
 * The newest API version that both sides know, such as `1.41`.
 *
 * @param theirs the engine's newest
 * @param theirOldest the oldest that the engine still speaks
 * @throws WherryError NO_ENGINE when there is none
 */
export function agreeOnVersion(theirs: string, theirOldest: string | undefined): string {
  if (compare(theirs, oldestApi) < 0) {
    throw unsupported(
      `The engine is too old: it speaks version ${theirs} of Docker's API, and ${oldestApi} is needed.`,
      'Use Docker Engine 20.10 or later.',
    );
  }
  if (theirOldest !== undefined && compare(theirOldest, newestApi) > 0) {
    throw unsupported(
      `The engine is too new: it speaks Docker's API from version ${theirOldest} on, and Wherry up to ${newestApi}.`,
      'Use a newer Wherry.',
    );
  }
  return compare(theirs, newestApi) < 0 ? theirs : newestApi;
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

function unsupported(message: string, hint: string): WherryError {
  return new WherryError('NO_ENGINE', message, { side: 'engine', hint });
}
