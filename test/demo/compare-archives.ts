import { readFile } from 'node:fs/promises';
import { formatBytes } from '../../shared/report/format.ts';
import { readTar } from '../support/read-tar.ts';

/** A layer or the config, and whether its bytes in both archives are the same. */
export interface ComparedPart {
  name: string;
  size: string;
  same: boolean;
}

/** Compares all that an image is made of in two archives as `docker save` writes them. */
export async function compareArchives(one: string, other: string): Promise<ComparedPart[]> {
  const [ours, theirs] = [await partsOf(one), await partsOf(other)];
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].map((name) => {
    const [a, b] = [ours.get(name), theirs.get(name)];
    return {
      name,
      size: formatBytes((a ?? b)?.length ?? 0),
      same: a !== undefined && b !== undefined && a.equals(b),
    };
  });
}

/** What manifest.json names, by what it is. */
async function partsOf(path: string): Promise<Map<string, Buffer>> {
  const files = await readTar(await readFile(path));
  const fileOf = (name: string): Buffer => {
    const file = files.get(name);
    if (file) return file;
    throw new Error(`${path} lacks ${name}.`);
  };
  const [image] = JSON.parse(fileOf('manifest.json').toString('utf8')) as [
    { Config: string; Layers: string[] },
  ];
  return new Map([
    ['config', fileOf(image.Config)],
    ...image.Layers.map((name, index) => [`layer ${index + 1}`, fileOf(name)] as const),
  ]);
}
