import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../shared/digest.ts';
import { parseTagReference } from '../../shared/image/reference.ts';
import { buildImage } from '../support/image/build.ts';
import { randomBytes } from '../support/image/random.ts';
import { archiveOfImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { openTestStore, pushArchive } from '../support/store.ts';
import { startOneServer, startTwoServers } from '../support/two-stores.ts';

const base = [{ name: 'base', content: randomBytes(100_000, 1) }];
const images = await Promise.all(
  [[base], [base, [{ name: 'new', content: randomBytes(1_000_000, 2) }]]].map((layers) =>
    buildImage({ layers }),
  ),
);
const [before, after] = images.map(({ manifest }) => digestOf(manifest));
const archives = await Promise.all(images.map(archiveOfImage));
const source = 's3://images/staging';
const production = parseTagReference('api:production');

for (const [how, start] of Object.entries({
  'through this machine': startTwoServers,
  'within S3': startOneServer,
})) {
  suite(`a promotion ${how} that ends early`, () => {
    /** Two stores, and what makes one of production that has the image before. */
    async function prepareServers(t: TestContext) {
      const { production: s3, env, settings, to } = await start(t);
      await pushArchive(source, 'api:1', archives[1] as Buffer);
      const prepare = async (name: string) => {
        const target = `s3://prod/${name}`;
        await pushArchive(target, 'api:production', archives[0] as Buffer, settings);
        const args = ['promote', 'api:1', 'api:production', '--yes', '--json', ...to(target)];
        return {
          tag: async () => (await openTestStore(target, settings)).getTag(production),
          promote: (started?: (child: ChildProcess) => void) =>
            run('wherry', args, { env: { ...env, WHERRY_STORE: source }, started }),
        };
      };
      /** Keys that were stored since the log was reset; what was there is not stored again. */
      const stored = () =>
        s3.requests
          .select(({ operation, status, bucket }) => {
            const writes = operation === 'PutObject' || operation === 'CopyObject';
            return writes && status === 200 && bucket === 'prod';
          })
          .map(({ key }) => key);
      return { s3, prepare, stored };
    }

    test('leaves the tag wherever it is killed, and the next one copies only the rest', async (t) => {
      const { s3, prepare, stored } = await prepareServers(t);
      let points = 0;
      for (let nth = 1; ; nth++) {
        const { promote, tag } = await prepare(`killed-${nth}`);
        s3.requests.reset();
        const match = { bucket: 'prod', nth, times: 1 };
        const remove = s3.faults.add({ match, action: { type: 'never-answer' } });
        const ended = await promote(async (child) => {
          const reached = () => s3.requests.count({ bucket: 'prod' }) >= nth;
          while (child.exitCode === null && !reached()) await sleep(2);
          child.kill('SIGKILL');
        });
        remove();
        if (ended.code === 0) break;
        points++;
        assert.equal(ended.code, 'SIGKILL');
        const first = stored();
        const moved = first.some((key) => key.includes('/tags/'));
        assert.equal((await tag())?.digest, moved ? after : before, `killed at ${nth}`);

        s3.requests.reset();
        const again = await promote();
        assert.equal(again.code, 0, again.stderr);
        const twice = stored().filter((key) => first.includes(key));
        assert.deepEqual(twice, [], `copied again after being killed at ${nth}`);
        const { digest, sequence } = (await tag()) ?? {};
        assert.deepEqual([digest, sequence], [after, 2]);
      }
      t.diagnostic(`killed at each of ${points} requests`);
      assert.ok(points >= 10);
    });

    test('by Ctrl-C: exit code 130, and what is done is told', async (t) => {
      const { s3, prepare } = await prepareServers(t);
      const { promote, tag } = await prepare('interrupted');
      const operation = how === 'within S3' ? 'CopyObject' : 'PutObject';
      s3.faults.set([{ match: { operation, key: /layers/ }, action: { type: 'never-answer' } }]);
      s3.requests.reset();
      const result = await promote(async (child) => {
        const reached = () =>
          s3.requests.count(({ key, method }) => /layers/.test(key) && method === 'PUT');
        while (child.exitCode === null && !reached()) await sleep(2);
        child.kill('SIGINT');
      });
      s3.faults.clear();
      assert.equal(result.code, 130, result.stderr);
      assert.match(
        result.stderr,
        /Interrupted\. The tag api:production of s3:\S+ is as it was; \d of 5 objects were copied, and the next promote copies only the rest\./,
      );
      assert.equal(result.json().error.code, 'INTERRUPTED');
      assert.equal((await tag())?.digest, before);
    });
  });
}
