import { storeOf } from '../../shared/command/open.ts';
import type { Command } from '../../shared/command/spec.ts';
import { shortDigest } from '../../shared/digest.ts';
import { isWherryError } from '../../shared/error.ts';
import type { Report } from '../../shared/events.ts';
import { parseReference } from '../../shared/image/reference.ts';
import { formatAge, formatBytes, formatTable } from '../../shared/report/format.ts';
import { listImages } from '../../shared/store/list-images.ts';
import { immutablePattern, type Settings } from '../../shared/store/settings.ts';
import type { Store } from '../../shared/store/store.ts';

export const lsCommand: Command = {
  name: 'ls',
  summary: 'List the tags in the store',
  description:
    "With the pattern by which a tag is immutable, where one is by the store's settings (wherry config).",
  arguments: [{ name: 'REPOSITORY', description: 'only the tags of this one', optional: true }],
  options: [],
  examples: ['wherry ls', 'wherry ls api --json'],
  async run([repository], options, context) {
    const { store } = await storeOf(options, context);
    const only = repository === undefined ? undefined : parseReference(repository).repository;
    const { signal, report } = context;
    const listed = await listImages(store, only, { signal });
    const settings = await settingsOf(store, signal, report);
    const images = listed.map((image) => ({
      ...image,
      immutable: settings && (immutablePattern(settings, image.tag) ?? null),
    }));
    const marked = images.some(({ immutable }) => typeof immutable === 'string');
    const rows = images.map(({ reference, record, immutable }) => [
      reference,
      shortDigest(record.digest),
      record.platforms.join(','),
      formatBytes(record.imageSize),
      formatAge(record.time, Date.now()),
      ...(marked ? [immutable ?? ''] : []),
    ]);
    const head = ['TAG', 'DIGEST', 'PLATFORM', 'SIZE', 'CHANGED', ...(marked ? ['IMMUTABLE'] : [])];
    return {
      json: images.map(({ reference, record, immutable }) => ({ reference, ...record, immutable })),
      text: formatTable([head, ...rows]),
      quiet: images.map(({ reference }) => reference).join('\n'),
    };
  },
};

/** Undefined where they cannot be read, which is told: the tags are worth showing all the same. */
async function settingsOf(
  store: Store,
  signal: AbortSignal,
  report: Report,
): Promise<Settings | undefined> {
  try {
    return (await store.getSettings({ signal }))?.value ?? { immutable: [] };
  } catch (error) {
    const isTold = isWherryError(error, 'ACCESS_DENIED') || isWherryError(error, 'CORRUPT');
    if (!isTold) throw error;
    report({ type: 'notice', text: `Which tags are immutable is not known: ${error.message}` });
    return undefined;
  }
}
