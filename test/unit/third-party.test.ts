import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { noticesOf } from '../../build/third-party/notices.ts';
import { thirdParties } from '../../build/third-party/packages.ts';

suite('the packages in a bundle', () => {
  test('are those that its files are of, each once, by name', async () => {
    const files = [
      'cli/main.ts',
      'node_modules/tar-stream/pack.js',
      'node_modules/commander/index.js',
      'node_modules/tar-stream/extract.js',
      'node_modules/@aws-sdk/client-s3/dist-es/index.js',
    ];
    const found = await thirdParties(files);
    assert.deepEqual(
      found.map(({ name, license }) => [name, license]),
      [
        ['@aws-sdk/client-s3', 'Apache-2.0'],
        ['commander', 'MIT'],
        ['tar-stream', 'MIT'],
      ],
    );
    for (const { text } of found) assert.match(text, /copyright/i);
  });

  test('without a text have that of the licence that they name', async () => {
    const [own] = await thirdParties(['node_modules/split-ca/index.js']);
    assert.match(own?.text ?? '', /^Copyright \(c\) Charles Bushong\n\nPermission to use, copy/);
  });

  test('under a licence that nobody has accepted stop the build', async () => {
    await assert.rejects(
      thirdParties(['node_modules/@cloud-copilot/iam-simulate/dist/esm/index.js']),
      /iam-simulate is under AGPL-3\.0-or-later, which is not accepted/,
    );
  });
});

test('THIRD-PARTY-NOTICES has each text once', () => {
  const one = { version: '1.0.0', license: 'MIT', text: 'Do as you like.' };
  const notices = noticesOf([
    { name: 'a', ...one },
    { name: 'b', ...one, license: 'ISC', text: 'Mind the gap.' },
    { name: 'c', ...one },
  ]);
  assert.match(notices, /^a 1\.0\.0 \(MIT\)\nc 1\.0\.0 \(MIT\)\n-{80}\n\nDo as you like\.\n/m);
  assert.equal(notices.match(/Do as you like/g)?.length, 1);
});
