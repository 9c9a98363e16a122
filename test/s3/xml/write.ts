/** An element's content: text, or child elements in order. Undefined leaves the element out. */
export type XmlContent = string | number | boolean | undefined | readonly XmlElement[];
export type XmlElement = readonly [name: string, content: XmlContent];

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole document in S3's namespace. */
export function writeXml(root: string, content: XmlContent): Buffer {
  return document(`<${root} xmlns="${NAMESPACE}">${render(content)}</${root}>`);
}

/** Error documents are the ones that have no namespace. */
export function writeErrorXml(content: readonly XmlElement[]): Buffer {
  return document(`<Error>${render(content)}</Error>`);
}

function document(root: string): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${root}`);
}

function render(content: XmlContent): string {
  if (!Array.isArray(content)) return escapeText(String(content ?? ''));
  return (content as readonly XmlElement[])
    .filter(([, child]) => child !== undefined)
    .map(([name, child]) => `<${name}>${render(child)}</${name}>`)
    .join('');
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

// Control characters become references, though XML 1.0 knows most of them not at all:
// that is how S3 lists such keys, and why `encoding-type=url` exists.
function escapeText(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
    /[&<>"\x00-\x08\x0b-\x1f\x7f]/g,
    (character) => ESCAPES[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}
