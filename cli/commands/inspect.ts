import { storeOf } from '../../shared/command/open.ts';
import { platformOption, textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { parsePlatform } from '../../shared/image/platform.ts';
import { parseReference } from '../../shared/image/reference.ts';
import { formatBytes, formatTable } from '../../shared/report/format.ts';
import { formatAuthor } from '../../shared/store/origin.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import type { Inspected, InspectedImage } from '../../shared/transfer/inspect.ts';
import { describeOrigin } from '../tags/describe.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Show what a tag or a digest of the store is made of',
  arguments: [{ name: 'NAME[:TAG|@DIGEST]', description: 'the image in the store' }],
  options: [platformOption],
  examples: [
    'wherry inspect api:production',
    'wherry inspect api:production --platform linux/arm64',
    'wherry inspect api:production --json',
  ],
  async run([name = ''], options, context) {
    const { store } = await storeOf(options, context);
    const platform = textOption(options, 'platform');
    const { inspect } = await import('../../shared/transfer/inspect.ts');
    const inspected = await inspect(
      parseReference(name),
      platform ? parsePlatform(platform) : undefined,
      store,
      { signal: context.signal },
    );
    const blocks = [describe(inspected), ...inspected.images.map(describeImage)];
    return { json: inspected, text: blocks.join('\n\n'), quiet: inspected.digest };
  },
};

function describe({ reference, digest, tag }: Inspected): string {
  return formatTable([
    ['Reference', reference],
    ['Digest', digest],
    ...(tag ? rowsOfChange(tag, reference) : []),
  ]);
}

function rowsOfChange({ time, sequence, action, by, from, note }: TagRecord, reference: string) {
  return [
    ['Changed', `${time} (change ${sequence}, ${action})`],
    ...(by ? [['By', formatAuthor(by)]] : []),
    ...(from ? [['From', describeOrigin(from, reference)]] : []),
    ...(note ? [['Note', note]] : []),
  ];
}

function describeImage(image: InspectedImage): string {
  const lines = formatTable([
    ['Platform', image.platform],
    ['Manifest', image.digest],
    ['Image ID', image.imageId],
    ['Created', image.created ?? 'unknown'],
    ['Size', formatBytes(image.size)],
  ]);
  const layers = image.layers.map((layer, index) => [
    String(index + 1),
    layer.digest,
    formatBytes(layer.size),
    `${layer.chunks} chunks`,
  ]);
  return `${lines}\n\nLayers\n${formatTable(layers)}`;
}
