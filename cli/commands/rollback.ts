import { authorOf, noteOption } from '../../shared/command/author.ts';
import { confirm, isDryRun, planOptions } from '../../shared/command/confirm.ts';
import { expectationOf, expectOption } from '../../shared/command/expect.ts';
import { storeOf } from '../../shared/command/open.ts';
import { textOption } from '../../shared/command/options.ts';
import type { Command, OptionValues } from '../../shared/command/spec.ts';
import { type Digest, parseDigest } from '../../shared/digest.ts';
import { formatReference, parseTagReference } from '../../shared/image/reference.ts';
import { formatTable } from '../../shared/report/format.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { RollbackPlan } from '../../shared/transfer/rollback.ts';
import { stateRow } from '../tags/describe.ts';

export const rollbackCommand: Command = {
  name: 'rollback',
  summary: 'Point a tag back to what it pointed to before',
  description:
    'To the change before, or to the one that --to names, as a new change: nothing is rewritten, and ' +
    'nothing is copied. Done again, it goes one further back. A tag that was removed comes back.',
  arguments: [{ name: 'NAME:TAG', description: 'the tag in the store' }],
  options: [
    {
      name: 'to',
      value: 'SEQ|DIGEST',
      description: "the change, by its number in the tag's history, or what the tag pointed to",
    },
    expectOption,
    noteOption,
    ...planOptions,
  ],
  examples: [
    'wherry rollback api:production',
    'wherry rollback api:production --to 12 --note INC-417 --yes',
  ],
  leaves: 'No tag was moved.',
  async run([name = ''], options, context) {
    const tag = parseTagReference(name);
    const to = targetOf(options);
    const expect = expectationOf(options);
    const { store } = await storeOf(options, context);
    const { signal, env } = context;
    const { planRollback, rollBack } = await import('../../shared/transfer/rollback.ts');
    const plan = await planRollback({ tag, to, expect }, store, { signal });
    const { current, target } = plan;
    if (current?.digest === target.digest) {
      const text = `${name} points to ${current.digest} already; nothing was done.`;
      return { json: documentOf(plan, current), text, quiet: current.digest };
    }
    const shown = describePlan(plan);
    if (isDryRun(options)) {
      return { json: documentOf(plan, undefined), text: shown, quiet: target.digest };
    }
    await confirm(shown, 'Roll back?', options, context);
    const cause = { by: authorOf(env), note: textOption(options, 'note') };
    const record = await rollBack(plan, cause, store, { signal });
    const text =
      `Rolled ${formatReference(tag)} back to change ${plan.restored} (${record.digest}), ` +
      `as change ${record.sequence}.`;
    return { json: documentOf(plan, record), text, quiet: record.digest };
  },
};

function targetOf(options: OptionValues): number | Digest | undefined {
  const text = textOption(options, 'to');
  if (text === undefined) return undefined;
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : parseDigest(text);
}

function describePlan({ tag, last, current, target }: RollbackPlan): string {
  const lost = (current?.platforms ?? []).filter((each) => !target.platforms.includes(each));
  const rows = [
    stateRow('now', last.value),
    stateRow('then', target),
    ...(lost.length > 0 ? [['  loses', lost.join(', ')]] : []),
  ];
  return `${formatReference(tag)}\n${formatTable(rows)}`;
}

/** @param record what the tag is at afterwards; undefined when nothing was done */
function documentOf(
  { tag, current, target, restored }: RollbackPlan,
  record: TagRecord | undefined,
) {
  return {
    reference: formatReference(tag),
    digest: target.digest,
    previous: current?.digest ?? null,
    restored,
    sequence: record?.sequence ?? null,
    moved: record !== undefined && record !== current,
  };
}
