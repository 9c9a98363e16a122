import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { readArchive } from '../../../shared/archive/read.ts';
import { contentOf, digestFromHex } from '../../../shared/digest.ts';
import { openDockerEngine } from '../../../shared/engine/docker.ts';
import type { ThrowawayEngine } from '../../engines/throwaway.ts';
import type { NamedImage } from './images.ts';

/** `docker load` of a whole archive. @returns seconds */
export async function loadWhole({ host }: ThrowawayEngine, archive: Readable): Promise<number> {
  const engine = await openDockerEngine({ env: { DOCKER_HOST: host } });
  const started = performance.now();
  await engine.load(archive);
  return (performance.now() - started) / 1000;
}

/** @throws unless `docker save` gives the image with each of its layers */
export async function checkWhole(
  { host }: ThrowawayEngine,
  { name, image }: NamedImage,
): Promise<void> {
  const engine = await openDockerEngine({ env: { DOCKER_HOST: host } });
  const [saved] = await readArchive(await engine.save(name), {
    known: () => undefined,
    async layer(plain) {
      const hash = createHash('sha256');
      let size = 0;
      for await (const piece of plain) {
        hash.update(piece);
        size += piece.length;
      }
      return { digest: digestFromHex(hash.digest('hex')), size };
    },
  });
  const layers = saved?.layers.map(({ digest }) => digest).join();
  if (saved && contentOf(saved.config).digest === image.id && layers === image.diffIds.join())
    return;
  throw new Error(`${host} has not got ${name} whole.`);
}
