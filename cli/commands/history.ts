import { storeOf } from '../../shared/command/open.ts';
import { textOption, usageError } from '../../shared/command/options.ts';
import type { Command, OptionValues } from '../../shared/command/spec.ts';
import { shortDigest } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import { formatReference, parseTagReference } from '../../shared/image/reference.ts';
import { formatAge, formatTable } from '../../shared/report/format.ts';
import { formatAuthor } from '../../shared/store/origin.ts';
import { isRemoval, type TagRecord } from '../../shared/store/tag.ts';
import { describeOrigin } from '../tags/describe.ts';

export const historyCommand: Command = {
  name: 'history',
  summary: 'Show every change of a tag, the newest first',
  description:
    'Who changed it, from where, and why. A tag that was removed has its history still. With * the change ' +
    'that the tag is at.',
  arguments: [{ name: 'NAME:TAG', description: 'the tag in the store' }],
  options: [{ name: 'limit', value: 'N', description: 'only the newest changes' }],
  examples: ['wherry history api:production', 'wherry history api:production --limit 5 --json'],
  async run([name = ''], options, context) {
    const tag = parseTagReference(name);
    const reference = formatReference(tag);
    const limit = limitOf(options);
    const { store } = await storeOf(options, context);
    const changes = await store.listHistory(tag, { limit, signal: context.signal });
    const [last] = changes;
    if (!last) {
      throw new WherryError('NOT_FOUND', `${reference} has no history in ${store.url}.`, {
        side: 'store',
        hint: 'See what there is with wherry ls.',
      });
    }
    const current = isRemoval(last) ? undefined : last.sequence;
    const head = ['', 'CHANGE', 'WHEN', 'ACTION', 'DIGEST', 'BY', 'FROM', 'NOTE'];
    const rows = changes.map((change) => [
      change.sequence === current ? '*' : '',
      ...cellsOf(change, reference),
    ]);
    return {
      json: { reference, current: current ?? null, changes },
      text: formatTable([head, ...rows]),
      quiet: changes.map(({ sequence, digest }) => `${sequence} ${digest}`).join('\n'),
    };
  },
};

function cellsOf(change: TagRecord, reference: string): string[] {
  const { sequence, time, action, digest, by, from, note } = change;
  return [
    String(sequence),
    formatAge(time, Date.now()),
    action,
    shortDigest(digest),
    by ? formatAuthor(by) : '-',
    from ? describeOrigin(from, reference) : '-',
    note ?? '',
  ];
}

function limitOf(options: OptionValues): number | undefined {
  const text = textOption(options, 'limit');
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`"${text}" is no number of changes.`, 'Pass --limit 5, for example.');
}
