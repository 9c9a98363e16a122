import { WherryError } from '../error.ts';

/** The error for what a store holds wrongly, or not at all though something in it names it. */
export function corrupt(message: string, cause?: unknown): WherryError {
  return new WherryError('CORRUPT', message, {
    side: 'store',
    hint: 'Push the image again with --repair, which replaces what is corrupt or missing.',
    cause,
  });
}
