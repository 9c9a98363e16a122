import { badArchive } from './refusal.ts';

export type Json = Record<string, unknown>;

/** @throws WherryError BAD_INPUT when the bytes are no JSON; `path` names them */
export function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw badArchive(`${path} in the archive is not valid JSON.`, undefined, error);
  }
}

/** The value as an object, an empty one when it is something else. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

/** The value as a list, an empty one when it is something else: Go writes null for none. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
