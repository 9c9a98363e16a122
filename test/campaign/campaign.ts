import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBatch } from './batch.ts';
import { Chance } from './chance.ts';
import { checkEnd } from './end.ts';
import { ImageMaker } from './images.ts';
import { Model } from './model.ts';
import { Planner } from './plan.ts';
import { openSetting } from './setting.ts';
import { Tally } from './tally.ts';

export interface CampaignOptions {
  seed: number;
  /** Pushes, pulls, promotions, rollbacks and removals. */
  operations: number;
  say: (line: string) => void;
  /** Ends it early, without the checks of the end. */
  signal?: AbortSignal | undefined;
}

export interface CampaignResult {
  tally: Tally;
  /** The rules that were broken; empty when all is well. */
  broken: string[];
  /** The log of each operation; removed when all is well. */
  folder: string;
  /** Why no engine took part; undefined when one did. */
  withoutEngine: string | undefined;
}

/** Milliseconds between two lines of progress. */
const lineInterval = 10_000;

/** The real programs deliver images while all goes wrong; stops at the first broken rule. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { seed, operations, say, signal } = options;
  await using stack = new AsyncDisposableStack();
  const cleanup = { after: (work: () => unknown) => stack.defer(async () => void (await work())) };
  const folder = await mkdtemp(join(tmpdir(), 'wherry-campaign-'));
  const setting = await openSetting({ seed, folder }, cleanup);
  const { engine, withoutEngine } = setting;
  const chance = new Chance(seed);
  const platform = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
  const model = new Model();
  const images = new ImageMaker(chance, platform);
  const planner = new Planner(chance, images, model, engine !== undefined);
  const tally = new Tally();
  const broken: string[] = [];
  let said = performance.now();

  while (tally.operations < operations && broken.length === 0 && !signal?.aborted) {
    const batch = await planner.next(operations - tally.operations);
    const wrong = await runBatch(batch, { setting, model, tally }).catch(unforeseen);
    // An interrupt of this program may have reached those of the batch too.
    if (!signal?.aborted) broken.push(...wrong);
    if (performance.now() - said < lineInterval) continue;
    said = performance.now();
    say(tally.line());
  }
  if (broken.length === 0 && !signal?.aborted) {
    say('The faults are over: every tag and every image that was pushed is pulled.');
    broken.push(...(await checkEnd({ setting, model, planner }).catch(unforeseen)));
  }
  tally.end();
  if (broken.length === 0) await rm(folder, { recursive: true });
  return { tally, broken, folder, withoutEngine };
}

/** What no rule foresees is broken too, such as a store that cannot be read any more. */
function unforeseen(error: unknown): string[] {
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
