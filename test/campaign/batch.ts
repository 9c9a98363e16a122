import { parseTagReference } from '../../shared/image/reference.ts';
import { checkEndings } from './check-endings.ts';
import { checkEngine, checkPull, pullsOf } from './check-pulls.ts';
import { checkTag, type Move, seenAt } from './check-tags.ts';
import { writeLogs } from './log.ts';
import type { Model } from './model.ts';
import { prepare } from './perform.ts';
import type { Batch } from './plan.ts';
import { type Setting, settle } from './setting.ts';
import type { Tally } from './tally.ts';

interface Parts {
  setting: Setting;
  model: Model;
  tally: Tally;
}

/**
 * Runs the operations of a batch at the same time while its faults strike, then looks at what has
 * become of the store and the engine.
 *
 * @returns the rules that were broken
 */
export async function runBatch(batch: Batch, { setting, model, tally }: Parts): Promise<string[]> {
  const { server, engine } = setting;
  if (batch.emptyEngine) await emptyEngine(setting);
  const ready = await Promise.all(batch.operations.map((each) => prepare(each, setting)));
  server.requests.reset();
  server.faults.set(batch.phase.faults.map(({ rule }) => rule));
  const outcomes = await Promise.all(ready.map((perform) => perform()));
  tally.add(batch, outcomes, server);
  server.faults.clear();
  await settle(setting);
  await writeLogs(batch, outcomes, setting);

  const moves = await Promise.all(tagsOf(batch).map((tag) => followTag(tag, { setting, model })));
  const seen = new Map(moves.map((move) => [move.tag, seenAt(move)]));
  const pulls = pullsOf(outcomes);
  const pulled = pulls.map((pull) =>
    checkPull(pull, (tag) => seen.get(tag) ?? new Set(['none']), model),
  );
  const wrong = [
    ...checkEndings(outcomes, batch.phase),
    ...moves.flatMap((move) => checkTag(move, outcomes)),
    ...(await Promise.all(pulled)).flat(),
    ...(engine ? await checkEngine(engine, pulls, model) : []),
  ];
  return wrong.map((line) => `${line} (phase ${batch.phase.name})`);
}

async function emptyEngine({ engine }: Setting): Promise<void> {
  for (const { id, tags } of (await engine?.images()) ?? []) {
    for (const name of tags.length > 0 ? tags : [id]) await engine?.remove(name);
  }
}

function tagsOf({ operations }: Batch): string[] {
  const tags = operations.flatMap((each) => (each.kind === 'push' ? each.tags : [each.tag]));
  return [...new Set(tags)];
}

/** Takes the tag's history over into the model. */
async function followTag(
  tag: string,
  { setting, model }: Pick<Parts, 'setting' | 'model'>,
): Promise<Move> {
  const before = model.line(tag);
  const after = (await setting.store.listHistory(parseTagReference(tag))).reverse();
  model.setLine(tag, after);
  return { tag, before, after };
}
