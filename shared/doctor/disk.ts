import { statfs } from 'node:fs/promises';
import { isWherryError } from '../error.ts';
import { diffIdsOf } from '../image/manifest.ts';
import { formatReference } from '../image/reference.ts';
import { formatBytes } from '../report/format.ts';
import { findImage } from '../transfer/find-image.ts';
import { heldLayers } from '../transfer/held-layers.ts';
import { resolveReference } from '../transfer/resolve.ts';
import type { Check } from './check.ts';
import { ok, problem, problemOf, skipped } from './finding.ts';
import { found, type Setting } from './setting.ts';

/** Whether the disk of the engine has room for the layers of the image that the engine lacks. */
export function diskCheck(setting: Setting): Check {
  const { local } = setting;
  return {
    name: 'disk',
    needs: ['engine', 'image'],
    limit: 10_000,
    async run(signal) {
      const { image, engine, info } = local;
      const root = info?.root;
      if (!image) return [skipped('There is no image to compare the disk with.')];
      if (!engine?.host.startsWith('unix://') || root === undefined) {
        return [
          skipped('The disk of the engine is not of this machine, or it does not tell where.'),
        ];
      }
      const disk = await statfs(root).catch(() => undefined);
      if (!disk) return [skipped(`The folder of the engine, ${root}, cannot be seen from here.`)];
      const free = disk.bavail * disk.bsize;
      const name = formatReference(image);
      try {
        const needed = await roomFor(setting, signal);
        const compared = `${formatBytes(free)} are free at ${root}, and ${name} needs ${formatBytes(needed)}`;
        if (free >= needed) return [ok(`${compared} more.`)];
        return [problem('DISK_SMALL', `${compared}.`, remedy)];
      } catch (error) {
        if (isWherryError(error, 'NOT_FOUND')) return [problemOf('IMAGE_MISSING', error)];
        throw error;
      }
    },
  };
}

const remedy =
  'Remove images that nothing uses (docker image prune --all), or enlarge the disk; wherry-agent watch ' +
  'keeps fewer old ones with a smaller --keep.';

/** Bytes; the containerd store keeps a layer twice, as content and unpacked. */
async function roomFor({ local, store }: Setting, signal: AbortSignal): Promise<number> {
  const [image, engine, info] = [found(local.image), found(local.engine), found(local.info)];
  const resolved = await resolveReference({ ...image, digest: undefined }, store, { signal });
  const { manifest } = await findImage(resolved, undefined, info.platform);
  const held = await heldLayers(diffIdsOf(manifest), engine, info, store, { signal });
  const lacking = manifest.layers.filter(({ digest }) => !held.has(digest));
  const size = lacking.reduce((sum, layer) => sum + layer.size, 0);
  return info.imageStore === 'containerd' ? 2 * size : size;
}
