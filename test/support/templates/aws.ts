/**
 * Stands in for the AWS command line, with moto behind it: `cloudformation deploy`, which moto cannot do
 * as change sets, and `describe-stacks` for one output. A parameter that the template lacks is refused.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Template } from '../../../cli/templates/cloudformation/template.ts';
import { cloudFormationAt } from './cloudformation.ts';
import { readTemplate } from './long-form.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'stack-name': { type: 'string', default: '' },
    'template-file': { type: 'string', default: '' },
    capabilities: { type: 'string' },
    'parameter-overrides': { type: 'boolean' },
    output: { type: 'string' },
    query: { type: 'string', default: '' },
  },
});
const [service, command, ...given] = positionals;
const stack = values['stack-name'];
const moto = cloudFormationAt(process.env.MOTO_URL ?? '');

assert.equal(service, 'cloudformation');
if (command === 'deploy') {
  const template = readTemplate(await readFile(values['template-file'], 'utf8')) as Template;
  const parameters = Object.fromEntries(given.map((pair) => pair.split(/=(.*)/s, 2)));
  assert.equal(values.capabilities, 'CAPABILITY_IAM');
  for (const [name, { AllowedPattern, Default }] of Object.entries(template.Parameters)) {
    const value = parameters[name] ?? Default;
    assert.match(String(value), new RegExp(AllowedPattern ?? ''), `${stack}: ${name}`);
    assert.notEqual(value, undefined, `${stack}: ${name}`);
  }
  assert.deepEqual(
    Object.keys(parameters).filter((name) => !template.Parameters[name]),
    [],
  );
  const exists = await moto.exists(stack);
  await (exists ? moto.update : moto.create)(stack, template, parameters);
} else {
  assert.equal(command, 'describe-stacks');
  const key = /^Stacks\[0\]\.Outputs\[\?OutputKey=='(\w+)'\]\.OutputValue$/.exec(values.query)?.[1];
  const value = (await moto.outputs(stack))[key ?? ''];
  assert.ok(value, `${stack} has no ${key}`);
  process.stdout.write(`${value}\n`);
}
