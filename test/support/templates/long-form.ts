import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

/** A template's YAML as CloudFormation reads it: YAML 1.1, and `!Ref Vpc` is `{"Ref":"Vpc"}`. */
export function readTemplate(text: string): unknown {
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' });
  if (document.errors.length > 0) throw document.errors[0];
  return longForm(document.contents);
}

function longForm(node: unknown): unknown {
  const value = plain(node);
  const tag = (node as Node | null)?.tag ?? '';
  if (!/^![A-Z]/.test(tag)) return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  return { [`Fn::${name}`]: name === 'GetAtt' ? String(value).split(/\.(.*)/, 2) : value };
}

function plain(node: unknown): unknown {
  if (isMap(node)) {
    return Object.fromEntries(node.items.map(({ key, value }) => [String(key), longForm(value)]));
  }
  if (isSeq(node)) return node.items.map(longForm);
  return isScalar(node) ? node.value : node;
}
