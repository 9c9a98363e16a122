import { authorOf, noteOption } from '../../shared/command/author.ts';
import { confirm, isDryRun, planOptions } from '../../shared/command/confirm.ts';
import { expectationOf, expectOption } from '../../shared/command/expect.ts';
import { storeOf } from '../../shared/command/open.ts';
import { switchOption, textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { formatReference, parseTagReference } from '../../shared/image/reference.ts';
import { formatTable } from '../../shared/report/format.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { RemovalPlan } from '../../shared/transfer/remove.ts';
import { stateRow } from '../tags/describe.ts';

export const rmCommand: Command = {
  name: 'rm',
  summary: 'Remove a tag',
  description:
    'Its images and its history stay in the store: wherry rollback brings it back. No permission to delete ' +
    'is needed.',
  arguments: [{ name: 'NAME:TAG', description: 'the tag in the store' }],
  options: [
    { name: 'force', description: "also a tag that is immutable by the store's settings" },
    expectOption,
    noteOption,
    ...planOptions,
  ],
  examples: ['wherry rm api:4f2c1e', 'wherry rm api:4f2c1e --note INC-417 --yes'],
  leaves: 'No tag was removed.',
  async run([name = ''], options, context) {
    const tag = parseTagReference(name);
    const expect = expectationOf(options);
    const force = switchOption(options, 'force');
    const { store } = await storeOf(options, context);
    const { signal, env } = context;
    const { planRemoval, removeTag } = await import('../../shared/transfer/remove.ts');
    const plan = await planRemoval({ tag, expect, force }, store, { signal });
    const shown = describePlan(plan);
    const { digest } = plan.last.value;
    if (isDryRun(options)) return { json: documentOf(plan), text: shown, quiet: digest };
    await confirm(shown, 'Remove?', options, context);
    const cause = { by: authorOf(env), note: textOption(options, 'note') };
    const record = await removeTag(plan, cause, store, { signal });
    const reference = formatReference(tag);
    const text =
      `Removed ${reference} (it pointed to ${digest}), as change ${record.sequence}. ` +
      `wherry rollback ${reference} brings it back.`;
    return { json: documentOf(plan, record), text, quiet: digest };
  },
};

function describePlan({ tag, last }: RemovalPlan): string {
  return `${formatReference(tag)}\n${formatTable([stateRow('now', last.value), ['  then', 'gone']])}`;
}

/** @param record of the removal; undefined when nothing was done */
function documentOf({ tag, last }: RemovalPlan, record?: TagRecord) {
  return {
    reference: formatReference(tag),
    digest: last.value.digest,
    sequence: record?.sequence ?? null,
    removed: record !== undefined,
  };
}
