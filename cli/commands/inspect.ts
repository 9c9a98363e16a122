import { storeOf } from '../../shared/command/open.ts';
import type { Command } from '../../shared/command/spec.ts';
import { parseReference } from '../../shared/image/reference.ts';
import { formatBytes, formatTable } from '../../shared/report/format.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Show what a tag or a digest of the store is made of',
  arguments: [{ name: 'NAME[:TAG|@DIGEST]', description: 'the image in the store' }],
  options: [],
  examples: ['wherry inspect api:production', 'wherry inspect api:production --json'],
  async run([name = ''], options, context) {
    const { store } = await storeOf(options, context);
    const { inspectImage } = await import('../../shared/transfer/inspect.ts');
    const image = await inspectImage(parseReference(name), store, { signal: context.signal });
    const lines = [
      ['Reference', image.reference],
      ['Digest', image.digest],
      ['Image ID', image.imageId],
      ['Platform', image.platform],
      ['Created', image.created ?? 'unknown'],
      ['Size', formatBytes(image.size)],
      ...(image.tag
        ? [['Changed', `${image.tag.time} (change ${image.tag.sequence}, ${image.tag.action})`]]
        : []),
    ];
    const layers = image.layers.map((layer, index) => [
      String(index + 1),
      layer.digest,
      formatBytes(layer.size),
      `${layer.chunks} chunks`,
    ]);
    const text = `${formatTable(lines)}\n\nLayers\n${formatTable(layers)}`;
    return { json: image, text, quiet: image.digest };
  },
};
