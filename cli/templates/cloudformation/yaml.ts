import { Document, isMap, isSeq, type Node, Scalar, visit, type YAMLMap } from 'yaml';
import type { Template } from './template.ts';

/** Characters up to which a function and what it is given are on one line. */
const shortEnough = 72;

/**
 * A template as people read it: functions have their short form, `!Ref Vpc` for `{"Ref":"Vpc"}`. A
 * function of a function keeps its long form, for a node of YAML has one tag only. CloudFormation
 * reads YAML 1.1, where more texts need quotes than in 1.2.
 */
export function printYaml(template: Template): string {
  const document: Document = new Document(template, {
    version: '1.1',
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Map(_key, map) {
      const tag = tagOf(map);
      const given = map.items[0]?.value as Node;
      if (tag === undefined || (isMap(given) && tagOf(given) !== undefined)) return undefined;
      const json = JSON.stringify(given);
      const node: Node = tag === '!GetAtt' ? new Scalar(JSON.parse(json).join('.')) : given;
      if (isSeq(node)) node.flow = json.length <= shortEnough && !json.includes('\\n');
      node.tag = tag;
      return node;
    },
  });
  return document.toString({ lineWidth: 0, blockQuote: 'literal', flowCollectionPadding: false });
}

/** The short form of a function's name, for a map that is one. */
function tagOf({ items }: YAMLMap): string | undefined {
  const name = String(items[0]?.key);
  if (items.length !== 1) return undefined;
  if (name === 'Ref' || name === 'Condition') return `!${name}`;
  return name.startsWith('Fn::') ? `!${name.slice('Fn::'.length)}` : undefined;
}
