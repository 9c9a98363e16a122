import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { startTestS3 } from '../support/s3.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

const pushes = 100;
const store = 's3://images/concurrent';

suite(`${pushes} pushes at once to one tag`, async () => {
  const s3 = await startTestS3({ after });
  Object.assign(process.env, s3.env);
  const layers = [[{ name: 'shared', content: 'x'.repeat(100_000) }]];
  const archives = await Promise.all(
    Array.from({ length: pushes }, async (_, index) => {
      const overrides = { config: { Env: [`RELEASE=${index}`] } };
      const image = await buildImage({ layers, overrides });
      return bytesOf(await writeLayout({ image, references: [] }, 'oci'));
    }),
  );

  test('each is in the history, which is a single line without gaps', async () => {
    const results = await Promise.all(
      archives.map((archive) => pushArchive(store, 'api:1', archive)),
    );
    const opened = await openTestStore(store);
    const history = (await opened.listHistory({ repository: 'api', tag: '1' })).reverse();
    assert.deepEqual(
      history.map(({ sequence }) => sequence),
      Array.from({ length: pushes }, (_, index) => index + 1),
    );
    for (const [index, record] of history.entries()) {
      assert.equal(record.previous, history[index - 1]?.digest);
    }
    const digests = new Set(history.map(({ digest }) => digest));
    assert.deepEqual(digests, new Set(results.map(({ digest }) => digest)));
    assert.equal(digests.size, pushes);
  });
});
