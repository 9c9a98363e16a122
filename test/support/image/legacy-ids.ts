import { digestOf, hexOf } from '../../../shared/digest.ts';
import type { TestImage } from './build.ts';
import { jsonMember } from './members.ts';
import type { TarMember } from './tar.ts';

/** The IDs that docker 1.x gave layers: of the layer and all below it, never the diffID. */
export function legacyIds(image: TestImage): string[] {
  let parent = '';
  return image.diffIds.map((diffId) => {
    parent = hexOf(digestOf(Buffer.from(`${parent} ${diffId}`)));
    return parent;
  });
}

/** The folder of a layer, without the layer itself. */
export function legacyFolder(id: string, parent: string | undefined): TarMember[] {
  return [
    { name: `${id}/`, type: 'directory' },
    { name: `${id}/VERSION`, content: '1.0' },
    jsonMember(`${id}/json`, { id, ...(parent ? { parent } : {}), os: 'linux' }),
  ];
}
