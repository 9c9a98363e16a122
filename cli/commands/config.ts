import { confirm, isDryRun, planOptions } from '../../shared/command/confirm.ts';
import { storeOf } from '../../shared/command/open.ts';
import { listOption, usageError } from '../../shared/command/options.ts';
import type { Command, Outcome } from '../../shared/command/spec.ts';
import { WherryError } from '../../shared/error.ts';
import type { Settings } from '../../shared/store/settings.ts';
import type { Store } from '../../shared/store/store.ts';
import { checkTagPattern, matchesTag } from '../../shared/store/tag-pattern.ts';

export const configCommand: Command = {
  name: 'config',
  summary: "Show or change the store's settings: which tags are immutable",
  description:
    'A tag that a pattern matches is created once, and then nothing moves it: no push, promotion or ' +
    'rollback, from wherever. In a pattern * is any characters and ? is one: api:v*, *:release-*.',
  arguments: [],
  options: [
    {
      name: 'immutable',
      value: 'PATTERN',
      description: 'tags that match never move from now on; may be repeated',
      repeats: true,
    },
    {
      name: 'mutable',
      value: 'PATTERN',
      description: 'take this pattern away again; may be repeated',
      repeats: true,
    },
    ...planOptions,
  ],
  examples: [
    'wherry config',
    "wherry config --immutable 'api:v*' --immutable '*:release-*'",
    "wherry config --mutable 'api:v*' --yes",
  ],
  async run(_args, options, context) {
    const [add, drop] = [listOption(options, 'immutable'), listOption(options, 'mutable')];
    for (const pattern of add) checkTagPattern(pattern);
    const both = add.find((pattern) => drop.includes(pattern));
    if (both) {
      throw usageError(`--immutable and --mutable both name "${both}".`, 'Pass one of them.');
    }
    const { store } = await storeOf(options, context);
    const { signal } = context;
    const found = await store.getSettings({ signal });
    const before = found?.value ?? { immutable: [] };
    const after = changed(before, add, drop, store);
    if (after.immutable.join() === before.immutable.join()) return outcomeOf(before, store);
    const plan = await describePlan(before, after, store, signal);
    if (isDryRun(options)) return { ...outcomeOf(before, store), text: plan };
    await confirm(plan, 'Change them?', options, context);
    if (!(await store.putSettings(after, found?.etag, { signal }))) throw changedMeanwhile(store);
    return outcomeOf(after, store);
  },
};

function changed({ immutable }: Settings, add: string[], drop: string[], store: Store): Settings {
  const unknown = drop.find((pattern) => !immutable.includes(pattern));
  if (unknown) {
    throw new WherryError('NOT_FOUND', `${store.url} has no pattern "${unknown}".`, {
      side: 'store',
      hint: 'See what there is with wherry config.',
    });
  }
  const kept = immutable.filter((pattern) => !drop.includes(pattern));
  return { immutable: [...new Set([...kept, ...add])].sort() };
}

/** Each pattern that comes or goes, and how many names of tags it matches. */
async function describePlan(
  before: Settings,
  after: Settings,
  store: Store,
  signal: AbortSignal,
): Promise<string> {
  const comes = after.immutable.filter((pattern) => !before.immutable.includes(pattern));
  const goes = before.immutable.filter((pattern) => !after.immutable.includes(pattern));
  const counts = new Map([...comes, ...goes].map((pattern) => [pattern, 0]));
  for await (const tag of store.listTags(undefined, { signal })) {
    for (const [pattern, count] of counts) {
      if (matchesTag(pattern, tag)) counts.set(pattern, count + 1);
    }
  }
  const line = (mark: string, pattern: string) =>
    `  ${mark} ${pattern}   (${counts.get(pattern)} names of tags match)`;
  const lines = [...comes.map((each) => line('+', each)), ...goes.map((each) => line('-', each))];
  return [`Immutable tags of ${store.url}`, ...lines].join('\n');
}

function outcomeOf({ immutable }: Settings, { url }: Store): Outcome {
  const list = immutable.map((pattern) => `  ${pattern}`).join('\n');
  const text = list ? `Immutable tags of ${url}\n${list}` : `No tag of ${url} is immutable.`;
  return { json: { store: url, immutable }, text, quiet: immutable.join('\n') };
}

function changedMeanwhile({ url }: Store): WherryError {
  return new WherryError(
    'CONFLICT',
    `The settings of ${url} were changed after the plan was made. Nothing was done.`,
    { side: 'store', hint: 'Look at them with wherry config, then try again.' },
  );
}
