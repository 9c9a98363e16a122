import assert from 'node:assert/strict';
import type { Template } from '../../../cli/templates/cloudformation/template.ts';
import { forMoto } from './for-moto.ts';

type Values = Record<string, string>;

/** Makes stacks in moto, whose server asks for the form of a signature only. */
export interface CloudFormation {
  /** The parameters' values by their names. @returns what the stack has to say, by name */
  create(name: string, template: Template, parameters?: Values): Promise<Values>;
  update(name: string, template: Template, parameters?: Values): Promise<Values>;
  outputs(name: string): Promise<Values>;
  exists(name: string): Promise<boolean>;
  /** The names of the resources that are in a stack. */
  resources(name: string): Promise<string[]>;
  /** A request to EC2, and the text of each element of that name in its answer. */
  ec2(action: string, element: string): Promise<string[]>;
}

export function cloudFormationAt(url: string): CloudFormation {
  const ask = async (service: string, query: Values) => {
    const scope = `Credential=test/20260101/us-east-1/${service}/aws4_request`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
      body: new URLSearchParams(query),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return text;
  };
  const stacks = (Action: string, StackName: string, more: Values = {}) =>
    ask('cloudformation', { Version: '2010-05-15', Action, StackName, ...more });
  const outputs = async (name: string) => {
    const described = await stacks('DescribeStacks', name);
    assert.match(described, /<StackStatus>(?:CREATE|UPDATE)_COMPLETE</);
    const values = elements(described, 'OutputValue');
    const keys = elements(described, 'OutputKey');
    return Object.fromEntries(keys.map((key, index) => [key, values[index] ?? '']));
  };
  const make =
    (action: string): CloudFormation['create'] =>
    async (name, template, parameters = {}) => {
      const given = Object.entries(parameters).flatMap(([key, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key],
        [`Parameters.member.${index + 1}.ParameterValue`, value],
      ]);
      const body = {
        TemplateBody: JSON.stringify(forMoto(template)),
        ...Object.fromEntries(given),
      };
      await stacks(action, name, body);
      return outputs(name);
    };
  return {
    create: make('CreateStack'),
    update: make('UpdateStack'),
    outputs,
    exists: async (name) => {
      const all = await ask('cloudformation', { Version: '2010-05-15', Action: 'ListStacks' });
      return elements(all, 'StackName').includes(name);
    },
    resources: async (name) =>
      elements(await stacks('ListStackResources', name), 'LogicalResourceId'),
    ec2: async (Action, element) =>
      elements(await ask('ec2', { Version: '2016-11-15', Action }), element),
  };
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(
    ([, text = '']) => text,
  );
}
