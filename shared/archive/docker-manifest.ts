import { list, object, parseJson, text } from './json.ts';
import { isForeign } from './media-types.ts';
import type { NamedImage } from './named-image.ts';
import { normalizePath } from './paths.ts';
import { readRepoTags } from './references.ts';
import { badArchive } from './refusal.ts';

export const manifestPath = 'manifest.json';

/**
 * The images of a docker-archive: what manifest.json names (moby: image/spec/spec.md, "Combined
 * Image JSON + Filesystem Changeset Format").
 *
 * @throws WherryError BAD_INPUT when it is malformed
 */
export function imagesOfManifest(documents: ReadonlyMap<string, Buffer>): NamedImage[] {
  const bytes = documents.get(manifestPath);
  if (bytes === undefined) return [];
  return list(parseJson(bytes, manifestPath)).map((entry) => {
    const { Config, RepoTags, Layers, LayerSources } = object(entry);
    const config = text(Config);
    const layers = list(Layers).map(text);
    if (config === undefined || layers.includes(undefined)) {
      throw badArchive('manifest.json in the archive is malformed: it names no config and layers.');
    }
    const foreign = Object.values(object(LayerSources)).some((source) =>
      isForeign(text(object(source).mediaType)),
    );
    return {
      references: readRepoTags(RepoTags),
      platform: undefined,
      config: { path: normalizePath(config), size: undefined, foreign: false },
      layers: layers.map((path) => ({
        path: normalizePath(path as string),
        size: undefined,
        foreign,
      })),
    };
  });
}
