import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openFolderBucket } from '../../shared/bucket/folder/folder.ts';
import { meteredBucket, newMeter } from '../../shared/bucket/metered.ts';
import { contentOf, digestOf } from '../../shared/digest.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { silent } from '../../shared/events.ts';
import { openStore } from '../../shared/store/store.ts';
import type { TransferContext } from '../../shared/transfer/context.ts';
import { type PullResult, pull } from '../../shared/transfer/pull.ts';
import { push } from '../../shared/transfer/push.ts';
import { archiveOf } from '../support/image/archive.ts';
import type { TestImage } from '../support/image/build.ts';
import { layouts } from '../support/image/layouts.ts';
import { randomBytes } from '../support/image/random.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

/** A layer of one file, of which the name decides the bytes. */
export const layer = (name: string, size: number) => [
  { name, content: randomBytes(size, contentOf(Buffer.from(name)).digest.charCodeAt(10)) },
];

/** A store of a test's own, to push images into and to pull them from as `app` into the engine. */
export async function openTransferStore(t: Cleanup, open: () => Engine) {
  const folder = await tempFolder(t);
  const bucket = openFolderBucket(join(folder, 'store'));
  const notices: string[] = [];
  let hurt = false;
  const context = (): TransferContext => {
    const meter = newMeter();
    const get: typeof bucket.get = async (key, options) => {
      const object = await bucket.get(key, options);
      if (object && hurt && key.startsWith('chunks/'))
        object.bytes[20] = 255 - (object.bytes[20] ?? 0);
      return object;
    };
    const report: TransferContext['report'] = (event) => {
      if (event.type === 'notice') notices.push(event.text);
      else silent(event);
    };
    return { store: openStore(meteredBucket({ ...bucket, get }, meter)), meter, report };
  };
  return {
    notices,
    context,
    hurt: () => {
      hurt = true;
    },
    async push(image: TestImage, tag: string): Promise<void> {
      const members = await layouts.oci([{ image, references: [] }]);
      const source = { kind: 'archive' as const, open: () => archiveOf(members) };
      await push({ source, tags: [{ repository: 'app', tag }] }, context());
    },
    pull(tag: string, options: { full?: boolean; engine?: Engine } = {}): Promise<PullResult> {
      const { full, engine = open() } = options;
      const reference = { repository: 'app', tag, digest: undefined };
      const name = { repository: 'app', tag };
      const to = { kind: 'engine', engine, locks: join(folder, 'locks') } as const;
      return pull({ reference, tag: name, to, full }, context());
    },
  };
}

/**
 * Checks that `app:TAG` is the image. An engine has it whole when a push of it into an empty store
 * gives the same digest.
 */
export async function checkWhole(
  t: Cleanup,
  engine: Engine,
  image: TestImage,
  tag: string,
): Promise<void> {
  const reference = `app:${tag}`;
  assert.deepEqual((await engine.inspect(reference))?.diffIds, image.diffIds);
  const store = await openTransferStore(t, () => engine);
  const pushed = await push(
    { source: { kind: 'engine', engine, reference }, tags: [{ repository: 'check', tag: '1' }] },
    store.context(),
  );
  assert.equal(pushed.digest, digestOf(image.manifest));
}

export async function removeImages(engine: Engine): Promise<void> {
  for (const image of await engine.images()) {
    for (const name of image.tags.length > 0 ? image.tags : [image.id]) await engine.remove(name);
  }
}
