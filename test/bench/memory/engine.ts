import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { writeArchive } from '../../../shared/archive/write.ts';
import { type FakeEngine, fakeEngine } from '../../engines/fake-engine.ts';
import type { NamedTestImage } from '../../support/image/members.ts';
import { drainArchive } from './drain.ts';

/**
 * An engine that has an image and keeps none: it generates what it saves, and drops, verified, what
 * it loads. A real one would write 5 GB to the disk for each, and take minutes of it.
 */
export function streamingEngine({ image, references }: NamedTestImage): Promise<FakeEngine> {
  const { os: Os, architecture: Architecture } = image.platform;
  const RootFS = { Layers: image.diffIds };
  const Size = image.layers.reduce((sum, { size }) => sum + size, 0);
  const description = { Id: image.id, RepoTags: references, RootFS, Os, Architecture, Size };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', 'http://engine');
    if (pathname.endsWith('/get')) {
      await pipeline(writeArchive({ ...image, references }), response);
    } else if (pathname.endsWith('/load')) {
      await drainArchive(request, image.diffIds);
      response.end(`{"stream":"Loaded image: ${references[0]}\\n"}\n`);
    } else {
      response.end(JSON.stringify(pathname.endsWith('/json') ? description : {}));
    }
  }
  return fakeEngine((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
}
