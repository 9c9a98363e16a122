import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminPolicy } from '../../cli/templates/policies/admin.ts';
import { bucketPolicy } from '../../cli/templates/policies/bucket.ts';
import { ciPolicy } from '../../cli/templates/policies/ci.ts';
import { extendText, type PolicyDocument } from '../../cli/templates/policies/document.ts';
import { endpointPolicy } from '../../cli/templates/policies/endpoint.ts';
import { instancePolicy } from '../../cli/templates/policies/instance.ts';
import { placeOfStore, type StorePlace } from '../../cli/templates/policies/place.ts';
import { digestOf } from '../../shared/digest.ts';
import { keyPatterns, keys } from '../../shared/store/keys.ts';

/** Each for a role, or for a bucket or an endpoint, and how long AWS lets it be. */
function documents(place: StorePlace, region = { partition: 'aws', region: 'eu-central-1' }) {
  const guards = {
    administrators: [{ Ref: 'Administrator' }],
    instances: { roles: [{ Ref: 'Role' }], endpoints: [{ Ref: 'Endpoint' }] },
  };
  // IAM and AWS STS quotas; Amazon S3, "Bucket policies"; AWS PrivateLink, "Endpoint policies".
  return [
    { document: ciPolicy(place), role: true, longest: 6_144 },
    { document: instancePolicy(place), role: true, longest: 6_144 },
    { document: adminPolicy(place), role: true, longest: 6_144 },
    { document: bucketPolicy(place, guards), role: false, longest: 20_480 },
    { document: endpointPolicy(place, region), role: false, longest: 20_480 },
  ];
}

const statementsOf = (found: { document: PolicyDocument }[]) =>
  found.flatMap(({ document }) => document.Statement);

test('every key of a store is of one kind, which policies know', () => {
  const tag = { repository: 'team/api', tag: '1' };
  const digest = digestOf(Buffer.from('x'));
  const kinds = {
    immutable: [
      ...[keys.format, keys.chunk(digest), keys.layer(digest), keys.blob(digest)],
      ...[keys.change(tag, 1), keys.agentFile('1.0.0', 'SHA256SUMS')],
    ],
    tags: [keys.tag(tag)],
    heartbeats: [keys.heartbeat(tag, 'web-1')],
  };
  for (const [kind, names] of Object.entries(kinds)) {
    for (const name of names) {
      const fitting = Object.entries(keyPatterns).filter(([, patterns]) =>
        [patterns].flat().some((pattern) => fits(pattern, name)),
      );
      assert.deepEqual(
        fitting.map(([fitted]) => fitted),
        [kind],
        name,
      );
    }
  }
});

function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

test('statements have names of their own; those of buckets and endpoints are about everybody', () => {
  for (const { document, role } of documents(placeOfStore('images', 'team'))) {
    const names = document.Statement.map(({ Sid }) => Sid);
    assert.equal(new Set(names).size, names.length);
    for (const { Sid, Principal } of document.Statement) {
      assert.match(Sid, /^[A-Za-z0-9]+$/);
      assert.equal(Principal, role ? undefined : '*');
    }
  }
});

test('docs/policies.md tells of each statement, and of no other', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/policies.md'), 'utf8');
  const told = [...page.matchAll(/`([A-Z][a-z]+(?:[A-Z][A-Za-z]+)+)`/g)].map(([, name]) => name);
  const operations = ['PutObject', 'CompleteMultipartUpload', 'CopyObject'];
  const names = statementsOf(documents(placeOfStore('images', 'team'))).map(({ Sid }) => Sid);
  assert.deepEqual(new Set(told.filter((name = '') => !operations.includes(name))), new Set(names));
});

test('a long name and a long prefix leave every document short enough for AWS', () => {
  const place = placeOfStore('b'.repeat(63), 'p'.repeat(200));
  for (const { document, longest } of documents(place)) {
    assert.ok(JSON.stringify(document).length < longest);
  }
});

test('in another partition nothing is of the first one', () => {
  const china = placeOfStore('images', '', 'aws-cn');
  const found = documents(china, { partition: 'aws-cn', region: 'cn-north-1' });
  assert.doesNotMatch(JSON.stringify(statementsOf(found)), /arn:aws:/);
});

/** As Fn::Sub has it. */
const variable = (name: string) => `\${${name}}`;

test("a template's own values go where texts go, in any partition", () => {
  const bucket = `arn:${variable('AWS::Partition')}:s3:::${variable('Name')}`;
  const place: StorePlace = {
    bucketArn: { 'Fn::Sub': bucket },
    objectArn: (pattern) => ({ 'Fn::Sub': `${bucket}/${pattern}` }),
    listedPrefixes: (...patterns) => patterns,
  };
  const [partition, region] = [variable('AWS::Partition'), variable('AWS::Region')];
  const statements = statementsOf(documents(place, { partition, region }));
  for (const { Resource } of statements) {
    for (const text of [Resource].flat()) assert.deepEqual(Object.keys(text), ['Fn::Sub']);
  }
  const packages = statements.find(({ Sid }) => Sid === 'ReadPackages')?.Resource;
  assert.ok(JSON.stringify(packages).includes(`${partition}:s3:::al2023-repos-${region}-`));
});

test('a text is extended, whatever it is', () => {
  const extended = (name: string) => ({ 'Fn::Sub': `${variable(name)}/*` });
  assert.equal(extendText('arn', '/*'), 'arn/*');
  assert.deepEqual(extendText({ 'Fn::Sub': variable('A') }, '/*'), extended('A'));
  assert.deepEqual(extendText({ Ref: 'Bucket' }, '/*'), extended('Bucket'));
  const attribute = { 'Fn::GetAtt': ['Bucket', 'Arn'] as [string, string] };
  assert.deepEqual(extendText(attribute, '/*'), extended('Bucket.Arn'));
});

test('without administrators nobody is excepted, and without instances none is confined', () => {
  const { Statement } = bucketPolicy(placeOfStore('images', 'team'), { administrators: [] });
  assert.doesNotMatch(JSON.stringify(Statement), /ArnNotLike|DenyInstancesElsewhere/);
  assert.ok(Statement.some(({ Sid }) => Sid === 'DenyOverwriting'));
});
