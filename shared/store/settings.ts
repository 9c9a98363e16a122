import type { Options } from '../bucket/bucket.ts';
import { isWherryError, messageOf, WherryError } from '../error.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import { keys } from './keys.ts';
import type { Objects, Version } from './objects.ts';
import { encodeSealed, isIntact } from './sealed.ts';
import { checkTagPattern, matchesTag } from './tag-pattern.ts';

/** What holds for a whole store, whoever writes to it. */
export interface Settings {
  /** Patterns of tags that are created once and never move, see tag-pattern.ts; in order. */
  immutable: string[];
}

export type SettingsVersion = Version<Settings>;

export interface StoreSettings {
  /** Undefined where none were ever made. @throws CORRUPT when they cannot be read */
  getSettings(options?: Options): Promise<SettingsVersion | undefined>;
  /**
   * Replaces the settings that have this ETag; undefined: makes the first.
   *
   * @returns false when there are others by now
   */
  putSettings(settings: Settings, etag: string | undefined, options?: Options): Promise<boolean>;
  /**
   * The pattern by which a tag is immutable.
   *
   * @throws WherryError when that cannot be known: then it must count as immutable
   */
  immutableBy(tag: TagReference, options?: Options): Promise<string | undefined>;
}

export function openSettings(objects: Objects): StoreSettings {
  const getSettings: StoreSettings['getSettings'] = (options) =>
    objects.readVersion(keys.config, decodeSettings, options);

  return {
    getSettings,

    async putSettings(settings, etag, options) {
      const bytes = encodeSealed({ wherry: 1, ...settings });
      if (await objects.swap(keys.config, bytes, etag, options)) return true;
      // A try whose answer was lost may have done it.
      const stored = await getSettings(options);
      return stored?.value.immutable.join() === settings.immutable.join();
    },

    async immutableBy(tag, options) {
      const found = await getSettings(options).catch((error) => {
        if (!isWherryError(error, 'ACCESS_DENIED')) throw error;
        const unknown = `Whether ${formatReference(tag)} may move is not known`;
        throw new WherryError('ACCESS_DENIED', `${unknown}: ${error.message}`, {
          side: 'store',
          hint: `Grant these credentials s3:GetObject on ${keys.config}, and s3:ListBucket.`,
          cause: error,
        });
      });
      return found && immutablePattern(found.value, tag);
    },
  };
}

/** The first pattern by which a tag is immutable. */
export function immutablePattern({ immutable }: Settings, tag: TagReference): string | undefined {
  return immutable.find((pattern) => matchesTag(pattern, tag));
}

function decodeSettings(bytes: Buffer): Settings {
  let value: { wherry?: unknown; immutable?: unknown } | null;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw corrupt('it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null) throw corrupt('it is not an object');
  if (value.wherry !== 1) {
    throw new WherryError('CORRUPT', 'The settings of the store are of another version.', {
      side: 'store',
      hint: 'Use a newer wherry.',
    });
  }
  if (!isIntact(value)) throw corrupt('it is not what its checksum says');
  const { immutable = [] } = value;
  if (!Array.isArray(immutable)) throw corrupt('its patterns are no list');
  try {
    for (const pattern of immutable) checkTagPattern(String(pattern));
  } catch (error) {
    throw corrupt(messageOf(error).replace(/\.$/, ''), error);
  }
  return { immutable: immutable.map(String) };
}

function corrupt(why: string, cause?: unknown): WherryError {
  return new WherryError('CORRUPT', `The store's ${keys.config} is corrupt: ${why}.`, {
    side: 'store',
    hint: `Delete ${keys.config}, and set again what it had with wherry config --immutable.`,
    cause,
  });
}
