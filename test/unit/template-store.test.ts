import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketPolicy } from '../../cli/templates/policies/bucket.ts';
import { ciPolicy } from '../../cli/templates/policies/ci.ts';
import { placeOfStore } from '../../cli/templates/policies/place.ts';
import { storeTemplate } from '../../cli/templates/store/template.ts';
import { propertiesOf, valueIn } from '../support/templates/evaluate.ts';

const template = storeTemplate({ store: 's3://images/team' });
const place = placeOfStore('images', 'team');
const stack = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': '123456789012',
  'Bucket.Arn': 'arn:aws:s3:::images',
};
const roles = ['arn:aws:iam::123456789012:role/a', 'arn:aws:iam::123456789012:role/b'];
const endpoints = ['vpce-1', 'vpce-2'];

function policyWith(parameters: Record<string, string>) {
  const { PolicyDocument } = propertiesOf(template, 'BucketPolicy');
  return valueIn(template, { ...stack, ...parameters }, PolicyDocument);
}

test("the bucket's policy has the guards that the parameters give", () => {
  const administrators = ['arn:aws:iam::123456789012:role/Admin*'];
  const given = {
    AdministratorArns: administrators.join(','),
    InstanceRoleArns: roles.join(','),
    VpcEndpointIds: endpoints.join(','),
  };
  const guards = { administrators, instances: { roles, endpoints } };
  assert.deepEqual(policyWith(given), bucketPolicy(place, guards));
});

test('without administrators the owner is one; without roles or endpoints nobody is bound', () => {
  const administrators = ['arn:aws:iam::123456789012:root'];
  const unbound = bucketPolicy(place, { administrators });
  assert.deepEqual(policyWith({}), unbound);
  assert.deepEqual(policyWith({ InstanceRoleArns: roles[0] ?? '' }), unbound);
  assert.deepEqual(policyWith({ VpcEndpointIds: endpoints[0] ?? '' }), unbound);
});

test('a managed policy is that of its kind', () => {
  const { PolicyDocument } = propertiesOf(template, 'CiPolicy');
  assert.deepEqual(valueIn(template, stack, PolicyDocument), ciPolicy(place));
});
