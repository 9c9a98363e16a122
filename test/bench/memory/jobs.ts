import { writeArchive } from '../../../shared/archive/write.ts';
import type { FakeEngine } from '../../engines/fake-engine.ts';
import type { NamedTestImage } from '../../support/image/members.ts';
import { drainArchive } from './drain.ts';
import { runMeasured, runTimed } from './measured.ts';
import type { ServerProcess } from './server.ts';
import type { Usage } from './usage.ts';

/** What became of one program that moved an image. The peer's memory and writes are not measured. */
export interface Outcome {
  job: string;
  /** Which way the image went: what is to be compared is what went the same way. */
  way: 'up' | 'down';
  seconds: number;
  usage?: Usage;
}

interface Setting extends NamedTestImage {
  server: ServerProcess;
  engine: FakeEngine;
}

/** Brings an image to S3 and back in each way that there is, one after another. */
export async function* moveImage(setting: Setting, peer: boolean): AsyncGenerator<Outcome> {
  const { image, references, server, engine } = setting;
  const [name = ''] = references;
  const env = { ...server.env, DOCKER_HOST: engine.host, WHERRY_STORE: 's3://images/store' };
  const tarball = 's3://images/saved/big.tar.zst';
  const input = () => writeArchive({ ...image, references });
  const output = (archive: AsyncIterable<Buffer>) => drainArchive(archive, image.diffIds);

  const push = ['push', name, '--input', '-'];
  yield of('wherry push', 'up', await runMeasured('wherry', push, { env, input: input() }));
  const pull = ['pull', name, '--output', '-'];
  yield of('wherry-agent pull', 'down', await runMeasured('wherry-agent', pull, { env, output }));
  yield of('wherry save', 'up', await runMeasured('wherry', ['save', name, tarball], { env }));
  yield of(
    'wherry-agent load',
    'down',
    await runMeasured('wherry-agent', ['load', tarball], { env }),
  );
  if (!peer) return;
  const object = 's3://images/peer.tar';
  // It divides by this to find how large its parts have to be.
  const expected = [
    '--expected-size',
    String(image.layers.reduce((sum, { size }) => sum + size, 0)),
  ];
  const upload = ['aws', 's3', 'cp', '-', object, ...expected];
  yield { job: 'aws s3 cp', way: 'up', ...(await runTimed(upload, { env, input: input() })) };
  const download = ['aws', 's3', 'cp', object, '-'];
  yield { job: 'aws s3 cp', way: 'down', ...(await runTimed(download, { env, output })) };
}

function of(job: string, way: Outcome['way'], { seconds, ...usage }: Usage & { seconds: number }) {
  return { job, way, seconds, usage };
}
