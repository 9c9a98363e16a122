import { WherryError } from '../error.ts';

/** @throws WherryError BAD_INPUT for a key that a bucket of either kind could not hold */
export function checkKey(key: string): void {
  const parts = key.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..');
  if (bad || key.includes('\0') || Buffer.byteLength(key) > 1024) {
    throw new WherryError('BAD_INPUT', `"${key}" cannot be the key of an object.`, {
      side: 'local',
    });
  }
}
