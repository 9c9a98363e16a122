import { authorOf, noteOption } from '../../shared/command/author.ts';
import { confirm, isDryRun, planOptions } from '../../shared/command/confirm.ts';
import { switchOption, textOption } from '../../shared/command/options.ts';
import type { Command, CommandContext, OptionValues } from '../../shared/command/spec.ts';
import { parseDigest } from '../../shared/digest.ts';
import { parsePlatform } from '../../shared/image/platform.ts';
import { parseReference, parseTagReference } from '../../shared/image/reference.ts';
import type { PromoteRequest } from '../../shared/transfer/promote/plan.ts';
import { describePlan, describePromotion } from '../promote/describe.ts';
import { forTarget, openStores, targetOptions } from '../promote/stores.ts';

export const promoteCommand: Command = {
  name: 'promote',
  summary: 'Point a tag at what another one points to, in this store or in another one',
  description:
    'Shows what it is going to do, and asks. What was shown is what is done: when somebody moves the tag ' +
    'meanwhile, it fails with exit code 6. With --to, what the other store lacks is copied first, by S3 itself ' +
    'where it can be; see promote.md.',
  arguments: [
    { name: 'SOURCE', description: 'NAME[:TAG] or NAME@DIGEST; the tag defaults to latest' },
    { name: 'TARGET', description: 'NAME[:TAG], the tag to move' },
  ],
  options: [
    ...targetOptions,
    {
      name: 'platform',
      value: 'OS/ARCH',
      description: 'promote only this one, where there are several; such as linux/arm64',
    },
    { name: 'expect', value: 'DIGEST|none', description: 'fail unless TARGET points there now' },
    { name: 'immutable', description: 'fail if TARGET is there and would move' },
    noteOption,
    ...planOptions,
  ],
  examples: [
    'wherry promote api:4f2c1e api:production',
    'wherry promote api:staging api:production --yes --note approved',
    'wherry promote api:4f2c1e api:production --yes --expect sha256:…',
    'wherry promote api:4f2c1e api:production --to s3://prod-images/team --to-profile prod',
  ],
  async run([source = '', target = ''], options, context) {
    const started = Date.now();
    const request = requestOf(source, target, options, context);
    const { isMove, planPromotion } = await import('../../shared/transfer/promote/plan.ts');
    const { promote } = await import('../../shared/transfer/promote/promote.ts');
    const { plannedCopy, resultOf } = await import('../../shared/transfer/promote/result.ts');
    const stores = await openStores(options, context);
    const { report, signal } = context;
    const promoting = { ...stores, report, signal };
    const { url } = stores.target;
    try {
      const plan = await planPromotion(request, promoting);
      const shown = describePlan(plan, plannedCopy(plan), url);
      const dryRun = isDryRun(options);
      if (dryRun) report({ type: 'notice', text: shown });
      else if (isMove(plan)) await confirm(shown, 'Promote?', options, context);
      const result = resultOf(plan, dryRun ? undefined : await promote(plan, promoting), url);
      const seconds = (Date.now() - started) / 1000;
      const text = describePromotion(result, { dryRun, seconds });
      return { json: { ...result, seconds }, text, quiet: result.digest };
    } catch (error) {
      throw forTarget(error, stores);
    }
  },
};

function requestOf(
  source: string,
  target: string,
  options: OptionValues,
  { env }: CommandContext,
): PromoteRequest {
  const platform = textOption(options, 'platform');
  const expect = textOption(options, 'expect');
  return {
    source: parseReference(source),
    target: parseTagReference(target),
    platform: platform ? parsePlatform(platform) : undefined,
    expect: expect === undefined || expect === 'none' ? expect : parseDigest(expect),
    immutable: switchOption(options, 'immutable'),
    by: authorOf(env),
    note: textOption(options, 'note'),
  };
}
