import { type Document, readDocument } from './document.ts';

/** An output of the Action; a command that has no such value leaves it out. */
export interface Output {
  name: string;
  description: string;
  value(document: Document): string | undefined;
}

const decimal = (value: number | undefined) => (value === undefined ? undefined : String(value));

export const outputs: Output[] = [
  {
    name: 'reference',
    description: 'what it is called: NAME:TAG in the store, or the URL of a tarball',
    value: (document) => document.text('reference') ?? document.text('destination'),
  },
  {
    name: 'digest',
    description: 'what the reference points to: sha256:…',
    value: (document) => document.text('digest'),
  },
  {
    name: 'previous',
    description:
      'what the tag pointed to before it was promoted or rolled back; empty when it was not there',
    value: (document) => document.text('previous'),
  },
  {
    name: 'image-id',
    description: "the image's ID, which is its config's digest",
    value: (document) => document.text('imageId'),
  },
  {
    name: 'platforms',
    description: 'all that the reference has, separated by commas, such as linux/amd64,linux/arm64',
    value(document) {
      const [all, one] = [document.texts('platforms'), document.texts('platform')];
      return (all.length > 0 ? all : one).join(',') || undefined;
    },
  },
  {
    name: 'bytes-sent',
    description:
      'bytes that were sent into the store, or copied from another one, as they are stored',
    value: (document) => decimal(sentBytes(document) ?? document.number('bytes.copied')),
  },
  {
    name: 'bytes-reused',
    description: 'bytes of the image, uncompressed, that the store had',
    value: (document) => decimal(document.number('bytes.reused')),
  },
  {
    name: 'seconds',
    description: 'how long it took',
    value: (document) => decimal(document.number('seconds')),
  },
];

/** The whole document has an output of its own. */
export const documentOutput = {
  name: 'json',
  description: 'the document that --json prints; that of the error, where it failed',
};

export function sentBytes(document: Document): number | undefined {
  return document.number('bytes.uploaded') ?? document.number('bytes.stored');
}

/** Characters; GitHub takes 1 MiB of outputs from a whole job. */
const longestDocument = 512 * 1024;

/** All outputs that this document of `--json` gives; one that GitHub would refuse is left out. */
export function outputsOf(json: unknown): Map<string, string> {
  const document = readDocument(json);
  const values = new Map<string, string>();
  for (const { name, value } of outputs) {
    const text = value(document);
    if (text !== undefined) values.set(name, text);
  }
  const whole = JSON.stringify(json);
  if (whole.length <= longestDocument) values.set(documentOutput.name, whole);
  return values;
}
