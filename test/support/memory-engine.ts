import type { Readable } from 'node:stream';
import { contentOf, type Digest } from '../../shared/digest.ts';
import type { Engine, EngineImage } from '../../shared/engine/engine.ts';
import { WherryError } from '../../shared/error.ts';
import { parseConfig } from '../../shared/image/config.ts';
import { bytesOf } from './image/bytes.ts';
import { readTar } from './read-tar.ts';

/** What an archive for `docker load` brings. */
export interface Arrived {
  config: Buffer;
  /** The layers that are in it. */
  layers: Digest[];
}

export interface MemoryEngine extends Engine {
  /** What it has, by ID. A test may change it. */
  readonly has: Map<string, EngineImage>;
  /** Every archive that came, from the first one on. */
  readonly arrived: Arrived[];
}

/**
 * An engine with a graph driver, in memory: for what a real one does only when it is broken.
 *
 * @param misbehave is called when the nth archive, counted from 1, has come to its end, before its
 *   image is there. What it throws, the load throws; when it returns true, nothing is loaded.
 */
export function memoryEngine(
  misbehave: (nth: number, engine: MemoryEngine, image: EngineImage) => boolean = () => false,
): MemoryEngine {
  const has = new Map<string, EngineImage>();
  const arrived: Arrived[] = [];
  const find = (reference: string) =>
    has.get(reference) ?? [...has.values()].find(({ tags }) => tags.includes(reference));
  const engine: MemoryEngine = {
    host: 'tcp://memory:1',
    has,
    arrived,
    info: async () => ({
      version: '1.0',
      apiVersion: '1.41',
      imageStore: 'graph-driver',
      platform: { os: 'linux', architecture: 'amd64' },
      root: undefined,
    }),
    inspect: async (reference) => find(reference),
    images: async () => [...has.values()],
    container: async () => undefined,
    imagesInUse: async () => new Set(),
    save: () => Promise.reject(new Error('it saves nothing')),
    async load(archive) {
      const came = await read(archive);
      arrived.push(came);
      const { diffIds, platform } = parseConfig(came.config);
      const image = { id: contentOf(came.config).digest, diffIds, platform, tags: [], size: 1 };
      if (misbehave(arrived.length, engine, image)) return [];
      has.set(image.id, image);
      return [image.id];
    },
    async tag(reference, tag) {
      const image = find(reference);
      if (!image) throw new WherryError('NOT_FOUND', 'No such image.', { side: 'engine' });
      for (const other of has.values()) other.tags = other.tags.filter((name) => name !== tag);
      image.tags.push(tag);
    },
    async remove(reference) {
      const image = find(reference);
      if (!image) return;
      image.tags = image.tags.filter((tag) => tag !== reference);
      if (image.tags.length === 0) has.delete(image.id);
    },
  };
  return engine;
}

async function read(archive: Readable): Promise<Arrived> {
  const files = await readTar(await bytesOf(archive));
  const [{ Config, Layers }] = JSON.parse(files.get('manifest.json')?.toString() ?? '');
  const config = files.get(Config);
  if (!config) throw new Error('The archive has no config.');
  const names = (Layers as string[]).filter((name) => files.has(name));
  const layers = names.map((name) => contentOf(files.get(name) as Buffer).digest);
  return { config, layers };
}
