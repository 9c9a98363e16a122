import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Place } from '../../cli/boot/place.ts';
import { userData } from '../../cli/boot/user-data.ts';
import { template } from '../../cli/templates/cloudformation/template.ts';
import { egressChoice } from '../../cli/templates/private-service/egress.ts';
import { userDataFor } from '../../cli/templates/private-service/user-data.ts';
import { valueIn } from '../support/templates/evaluate.ts';

const machine = {
  version: '1.2.3',
  images: ['api:production'],
  executables: { aarch64: { key: 'team/agent', plain: 'p', packed: 'q' } },
  options: { onChange: 'one\ntwo', health: 'container:api' },
};

const place: Place = {
  url: 's3://images/team',
  location: { kind: 's3', bucket: 'images', path: 'team' },
  region: undefined,
  endpointUrl: undefined,
  dualStack: false,
};

/** The script that an instance gets. */
function scriptFor(egress: string, at: Place): string {
  const made = template('A template', egressChoice);
  return valueIn(made, { Egress: egress }, userDataFor(machine, at));
}

test('with IPv6 the script and the agent use dual stack, else they do not', () => {
  const plain = userData(machine, place);
  for (const egress of ['none', 'nat-instance', 'nat-gateway']) {
    assert.equal(scriptFor(egress, place), plain, egress);
  }
  const dualStack = scriptFor('ipv6', place);
  assert.equal(dualStack, userData(machine, { ...place, dualStack: true }));
  assert.match(dualStack, /^dual_stack='yes'$/m);
  assert.match(dualStack, /^ExecStart=.* "--dual-stack" /m);
});

test('where dual stack is asked for, it is used with any way out', () => {
  const asked = { ...place, dualStack: true };
  assert.equal(scriptFor('none', asked), userData(machine, asked));
});

test('a server other than Amazon S3 has no dual stack', () => {
  const other = { ...place, endpointUrl: 'https://minio:9000' };
  assert.equal(scriptFor('ipv6', other), userData(machine, other));
});
