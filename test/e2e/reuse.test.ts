import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { archiveOf } from '../support/image/archive.ts';
import { buildImage, type TestImage } from '../support/image/build.ts';
import { layouts } from '../support/image/layouts.ts';
import { sourceTree } from '../support/image/source-tree.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';

const files = 10_000;
const bytes = 200e6;

suite(`what moves of a tree of ${files} files and ${bytes / 1e6} MB`, async () => {
  const s3 = await startTestS3({ after });
  const env = { ...s3.env, WHERRY_STORE: 's3://images/reuse' };
  const built = new Date('2026-01-01T00:00:00Z');
  const image = (edited: number[], mtime: Date): Promise<TestImage> => {
    const tree = sourceTree({ files, bytes, seed: 11, edited });
    return buildImage({
      layers: [[{ name: 'etc/os-release', content: 'ID=test' }], tree.tar(mtime)],
    });
  };
  const push = async (made: TestImage) => {
    s3.requests.reset();
    const members = await layouts.oci([{ image: made, references: ['api:1'] }]);
    const stdin = archiveOf(members);
    const result = await run('wherry', ['push', 'api:1', '--input', '-', '--json'], { env, stdin });
    assert.equal(result.code, 0, result.stderr);
    return { ...result.json(), requests: s3.requests.count(), sent: s3.requests.bytesIn() };
  };
  const original = await image([], built);
  let first = 0;

  test('the first push sends it, compressed', async (t) => {
    const pushed = await push(original);
    first = pushed.bytes.uploaded;
    t.diagnostic(`first push: ${first} bytes`);
    assert.equal(pushed.sent, pushed.bytes.uploaded);
    assert.ok(pushed.bytes.image > bytes && first > bytes / 20 && first < bytes / 2);
    assert.equal(pushed.chunks.uploaded, pushed.chunks.total);
  });

  test('the second push sends nothing, in six requests at most', async (t) => {
    const pushed = await push(original);
    t.diagnostic(`second push: ${pushed.requests} requests`);
    assert.equal(pushed.bytes.uploaded, 0);
    assert.equal(pushed.sent, 0);
    assert.ok(pushed.requests <= 6);
    assert.deepEqual(pushed.layers, { total: 2, reused: 2 });
  });

  test('after an edit of one file: 1.5 MB at most', async (t) => {
    const pushed = await push(await image([files / 2], built));
    t.diagnostic(`after a one-file edit: ${pushed.bytes.uploaded} bytes`);
    assert.equal(pushed.layers.reused, 1);
    assert.ok(pushed.bytes.uploaded > 0 && pushed.bytes.uploaded <= 1.5e6);
  });

  test('after a rebuild with every mtime new: 2 % of the first push at most', async (t) => {
    const pushed = await push(await image([], new Date('2026-06-07T08:09:10Z')));
    const share = pushed.bytes.uploaded / first;
    t.diagnostic(`after a rebuild: ${pushed.bytes.uploaded} bytes, ${(share * 100).toFixed(2)} %`);
    assert.ok(share > 0 && share <= 0.02);
  });
});
