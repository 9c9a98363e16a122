import { WherryError } from '../error.ts';

/** The error for a document of a store that is not what its place promises. */
export function corruptDocument(what: 'manifest' | 'index', why: string, cause?: unknown) {
  const article = what === 'index' ? 'An' : 'A';
  return new WherryError('CORRUPT', `${article} ${what} in the store is corrupt: ${why}.`, {
    side: 'store',
    hint: 'Push the image again.',
    cause,
  });
}
