import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Lifeline } from '../../agent/watch/lifeline.ts';
import type { TagSettings } from '../../agent/watch/settings.ts';
import { StateFile } from '../../agent/watch/state-file.ts';
import { type Watched, watchTag } from '../../agent/watch/watch.ts';
import type { Bucket } from '../../shared/bucket/bucket.ts';
import { newMeter } from '../../shared/bucket/metered.ts';
import type { Digest } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { type LogEntry, silent } from '../../shared/events.ts';
import { openStore } from '../../shared/store/store.ts';
import { push } from '../../shared/transfer/push.ts';
import { layer } from '../engines/transfer-store.ts';
import { archiveOf } from './image/archive.ts';
import { buildImage } from './image/build.ts';
import { layouts } from './image/layouts.ts';
import { memoryBucket } from './memory-bucket.ts';
import { type MemoryEngine, memoryEngine } from './memory-engine.ts';
import { type Cleanup, tempFolder } from './temp.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What the operator's command was run with, once. */
export interface HookRun {
  reason: string;
  digest: string;
  image: string;
  previous: string;
}

export type Around = <T>(what: string, work: () => Promise<T>) => Promise<T>;

export interface WatchHost {
  clock: VirtualClock;
  engine: MemoryEngine;
  bucket: Bucket;
  store: ReturnType<typeof openStore>;
  log: (LogEntry & { at: number })[];
  /** Digests whose containers are unhealthy. */
  bad: Set<string>;
  /** Stands around every request to the bucket and to the engine, and every write of the state. */
  around: Around;
  /** Pushes an image of that content to `api:production`. */
  release(content: string): Promise<Digest>;
  /** The agent, as after a start: whatever it knew is in its state file. */
  start(settings?: Partial<TagSettings>, signal?: AbortSignal): Promise<Watched>;
  hooks(): Promise<HookRun[]>;
  events(): string[];
  /** What the container runs, by the image's ID. */
  running(): Promise<string | undefined>;
  folder: string;
}

const tag = { repository: 'api', tag: 'production' };

/** A host with an engine in memory, and an operator's command that starts the one container there. */
export async function watchHost(t: Cleanup, name = 'host-1', shared?: Bucket): Promise<WatchHost> {
  const folder = await tempFolder(t, 'watch');
  const clock = new VirtualClock();
  const raw = shared ?? memoryBucket(() => clock.wall());
  const engine = memoryEngine();
  const hooksFile = join(folder, 'hooks');
  await appendFile(hooksFile, '');
  const guarded = <T extends object>(what: string, target: T): T =>
    new Proxy(target, {
      get(object, key) {
        const member = Reflect.get(object, key);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          host.around(`${what} ${String(key)} ${args[0]}`, () => member.apply(object, args));
      },
    });
  const hooks = async () =>
    (await readFile(hooksFile, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [reason = '', digest = '', image = '', previous = ''] = line.split(' ');
        return { reason, digest, image, previous };
      });
  Object.assign(engine, {
    container: async () => {
      const last = (await hooks()).at(-1);
      if (!last) return undefined;
      const health = host.bad.has(last.digest) ? 'unhealthy' : 'healthy';
      return { id: 'c', image: last.image, running: true, health };
    },
    imagesInUse: async () => new Set([(await hooks()).at(-1)?.image]),
  } satisfies { [K in 'container' | 'imagesInUse']: () => Promise<unknown> });

  const host: WatchHost = {
    clock,
    engine,
    bucket: raw,
    store: openStore(raw),
    log: [],
    bad: new Set(),
    folder,
    around: (_, work) => work(),
    async release(content) {
      const image = await buildImage({ layers: [layer('base', 3_000), layer(content, 2_000)] });
      const members = await layouts.oci([{ image, references: [] }]);
      const source = { kind: 'archive' as const, open: () => archiveOf(members) };
      const context = { store: host.store, meter: newMeter(), report: silent };
      const { digest } = await push({ source, tags: [tag] }, context);
      return digest;
    },
    async start(settings = {}, signal = new AbortController().signal) {
      const line = '$WHERRY_REASON $WHERRY_DIGEST $WHERRY_IMAGE_ID $WHERRY_PREVIOUS_DIGEST';
      const state = await StateFile.open(join(folder, 'state.json'), (why) => {
        throw new Error(why);
      });
      return watchTag(
        {
          ...{ tag, interval: 30_000, keep: 2, wave: undefined },
          hook: { command: `echo "${line}" >> ${hooksFile}`, timeout: 10_000 },
          health: { spec: { kind: 'container', name: 'api' }, timeout: 60_000 },
          ...settings,
        },
        {
          bucket: guarded('bucket', raw),
          target: { engine: guarded<Engine>('engine', engine), locks: join(folder, 'no/locks') },
          state: guardedState(state, host),
          clock,
          lifeline: new Lifeline(clock),
          settings: { host: name, heartbeat: 5 * 60_000 },
          context: {
            env: { PATH: process.env.PATH },
            kill: (pid, signal) => process.kill(pid, signal),
            version: '1.0',
            signal,
            report: (event) => {
              if (event.type === 'log') host.log.push({ ...event, at: clock.now() });
            },
          },
        },
      );
    },
    hooks,
    events: () => host.log.map(({ event }) => event),
    running: async () => (await hooks()).at(-1)?.digest,
  };
  return host;
}

function guardedState(state: StateFile, host: WatchHost): StateFile {
  const update: StateFile['update'] = (reference, change) =>
    host.around(`state ${Object.keys(change)}`, () =>
      StateFile.prototype.update.call(state, reference, change),
    );
  return Object.assign(state, { update });
}
