import { storeOf } from '../../shared/command/open.ts';
import type { Command } from '../../shared/command/spec.ts';
import { shortDigest } from '../../shared/digest.ts';
import { parseReference } from '../../shared/image/reference.ts';
import { formatAge, formatBytes, formatTable } from '../../shared/report/format.ts';
import { listImages } from '../../shared/store/list-images.ts';

export const lsCommand: Command = {
  name: 'ls',
  summary: 'List the tags in the store',
  arguments: [{ name: 'REPOSITORY', description: 'only the tags of this one', optional: true }],
  options: [],
  examples: ['wherry ls', 'wherry ls api --json'],
  async run([repository], options, context) {
    const { store } = await storeOf(options, context);
    const only = repository === undefined ? undefined : parseReference(repository).repository;
    const images = await listImages(store, only, { signal: context.signal });
    const rows = images.map(({ reference, record }) => [
      reference,
      shortDigest(record.digest),
      record.platforms.join(','),
      formatBytes(record.imageSize),
      formatAge(record.time, Date.now()),
    ]);
    return {
      json: images.map(({ reference, record }) => ({ reference, ...record })),
      text: formatTable([['TAG', 'DIGEST', 'PLATFORM', 'SIZE', 'CHANGED'], ...rows]),
      quiet: images.map(({ reference }) => reference).join('\n'),
    };
  },
};
