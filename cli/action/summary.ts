import type { Command, Outcome } from '../../shared/command/spec.ts';
import { formatBytes, formatSeconds } from '../../shared/report/format.ts';
import { type Document, readDocument } from './document.ts';
import { codeBlock, codeCell, pairTable, plainText } from './markdown.ts';
import { sentBytes } from './outputs.ts';

interface Row {
  name: string;
  value(document: Document): string | undefined;
}

const rows: Row[] = [
  { name: 'Image', value: codes('tags', 'image', 'reference') },
  { name: 'Tarball', value: codes('destination', 'source') },
  { name: 'From', value: codes('from.reference') },
  { name: 'Before', value: codes('previous') },
  { name: 'Digest', value: codes('digest') },
  { name: 'Image ID', value: codes('imageId') },
  { name: 'SHA-256', value: codes('sha256') },
  { name: 'Platforms', value: codes('platforms', 'platform') },
  { name: 'Size', value: (document) => formatted(document.number('bytes.image'), formatBytes) },
  { name: 'Sent', value: (document) => formatted(sentBytes(document), formatBytes) },
  { name: 'Copied', value: copied },
  { name: 'Reused', value: (document) => withLayers(document, 'bytes.reused', 'layers.reused') },
  {
    name: 'Received',
    value: (document) => withLayers(document, 'bytes.downloaded', 'layers.loaded'),
  },
  { name: 'Time', value: (document) => formatted(document.number('seconds'), formatSeconds) },
];

/** For the page of the run: what moved, as a table; where nothing moves, what the command shows. */
export function summaryOf(command: Command, outcome: Outcome): string {
  const document = readDocument(outcome.json);
  const moves = document.number('bytes.image') !== undefined;
  const pairs = rows.flatMap(({ name, value }): [string, string][] => {
    const text = moves ? value(document) : undefined;
    return text === undefined ? [] : [[name, text]];
  });
  const body = moves
    ? `${plainText(outcome.text)}\n\n${pairTable(pairs)}`
    : codeBlock(outcome.text);
  return `### wherry ${command.name}\n\n${body}\n\n`;
}

/** @param text what failed, and what is done and is not */
export function failureSummary(title: string, text: string): string {
  return `### ${title}\n\n${codeBlock(text)}\n\n`;
}

/** What the first of these paths has that has anything. */
function codes(...paths: string[]): Row['value'] {
  return (document) =>
    paths.map((path) => document.texts(path).map(codeCell).join(', ')).find((text) => text !== '');
}

function copied(document: Document): string | undefined {
  const [all, carried = 0] = [document.number('bytes.copied'), document.number('bytes.carried')];
  const through = carried > 0 ? `; ${formatBytes(carried)} of it through the runner` : '';
  return all === undefined ? undefined : formatBytes(all) + through;
}

function withLayers(document: Document, bytes: string, layers: string): string | undefined {
  const [count, total] = [document.number(layers), document.number('layers.total')];
  const text = formatted(document.number(bytes), formatBytes);
  if (text === undefined || count === undefined) return text;
  return `${text}; ${count} of ${total} layers`;
}

function formatted(
  value: number | undefined,
  format: (value: number) => string,
): string | undefined {
  return value === undefined ? undefined : format(value);
}
