import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { isWherryError } from '../../shared/error.ts';
import { engineKinds } from './kinds.ts';
import { archiveOf, sampleImage } from './sample-image.ts';
import { selectedEngines } from './selection.ts';

for (const { kind, skip } of await selectedEngines(process.env)) {
  describe(`an engine in trouble: ${kind}`, { skip }, () => {
    test('a full disk is said to be one, and the engine goes on', async () => {
      await using throwaway = await engineKinds[kind]({ disk: '40m' });
      const engine = await openDockerEngine({ env: {}, host: throwaway.host });

      const big = await archiveOf(await sampleImage({ size: 50_000_000 }), { name: 'big:1' });
      await assert.rejects(engine.load(Readable.from([big])), { code: 'NO_SPACE', side: 'engine' });
      assert.equal(await engine.inspect('big:1'), undefined);
      // Podman leaves on its disk what it had of the archive (5.8: TMPDIR/api_load.tar…).
      if (kind === 'podman') return;
      const small = await sampleImage();
      const bytes = await archiveOf(small, { name: 'small:1' });
      await onceThereIsSpace(() => engine.load(Readable.from([bytes])));
      assert.deepEqual((await engine.inspect('small:1'))?.diffIds, small.diffIds);
    });

    test('a crash in the middle of a load loads nothing, and keeps the other images', async () => {
      await using throwaway = await engineKinds[kind]();
      const engine = await openDockerEngine({ env: {}, host: throwaway.host });
      const older = await sampleImage();
      await engine.load(Readable.from([await archiveOf(older, { name: 'older:1' })]));

      const image = await sampleImage({ size: 2_000_000 });
      const bytes = await archiveOf(image, { name: 'newer:1' });
      async function* pieces() {
        yield bytes.subarray(0, -1024);
        await throwaway.kill();
        yield bytes.subarray(-1024);
      }
      await assert.rejects(engine.load(Readable.from(pieces())), { code: 'ENGINE_FAILED' });
      await assert.rejects(engine.info(), { code: 'NO_ENGINE' });

      await throwaway.restart();
      assert.equal(await engine.inspect('newer:1'), undefined);
      assert.deepEqual((await engine.inspect('older:1'))?.diffIds, older.diffIds);
      await engine.load(Readable.from([bytes]));
      assert.deepEqual((await engine.inspect('newer:1'))?.diffIds, image.diffIds);
    });
  });
}

/** Containerd collects what a failed load left after a while. */
async function onceThereIsSpace(work: () => Promise<unknown>): Promise<void> {
  for (let triesLeft = 30; ; triesLeft--) {
    try {
      await work();
      return;
    } catch (error) {
      if (triesLeft === 0 || !isWherryError(error, 'NO_SPACE')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
