import { S3Error } from '../errors.ts';

export interface XmlNode {
  name: string;
  text: string;
  children: XmlNode[];
}

/**
 * Parses the small documents that clients send to S3: elements and text, with the five
 * named entities and character references. Attributes are accepted and dropped; comments,
 * CDATA, processing instructions other than the declaration, and DTDs are refused.
 *
 * Throws S3Error MalformedXML.
 */
export function readXml(document: string): XmlNode {
  const root: XmlNode = { name: '', text: '', children: [] };
  const open: XmlNode[] = [root];
  const body = document.replace(/^\uFEFF?\s*(<\?xml[^?]*\?>)?/, '');
  const token =
    /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < body.length) {
    const match = token.exec(body);
    const parent = open.at(-1);
    if (!match || !parent) throw new S3Error('MalformedXML');
    const [, closing, name = '', attributes, selfClosing, text] = match;
    if (text !== undefined) {
      parent.text += unescapeText(text);
    } else if (closing) {
      if (parent.name !== name || attributes || selfClosing) throw new S3Error('MalformedXML');
      open.pop();
    } else {
      const node: XmlNode = { name, text: '', children: [] };
      parent.children.push(node);
      if (!selfClosing) open.push(node);
    }
  }
  const [element, ...others] = root.children;
  if (!element || others.length > 0 || open.length !== 1 || root.text.trim() !== '') {
    throw new S3Error('MalformedXML');
  }
  return element;
}

/** The text of the only child called `name`; undefined when there is none. */
export function childText(node: XmlNode, name: string): string | undefined {
  const found = node.children.filter((child) => child.name === name);
  if (found.length > 1) throw new S3Error('MalformedXML');
  return found[0]?.text;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(/&([^;&]*)(;?)/g, (_, reference: string, end: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(reference);
    const character = code
      ? String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? '', code[1] ? 16 : 10))
      : ENTITIES[reference];
    if (!end || character === undefined) throw new S3Error('MalformedXML');
    return character;
  });
}
