import { json, text } from 'node:stream/consumers';
import { type ErrorCode, isWherryError } from '../error.ts';
import { parseTagReference } from '../image/reference.ts';
import {
  type ContainerAnswer,
  containerOf,
  enginePlatform,
  type ImageAnswer,
  type InfoAnswer,
  idOf,
  imageOf,
  imageStoreOf,
  rootOf,
} from './description.ts';
import type { Engine, EngineImage } from './engine.ts';
import { engineFailure, noSuchImage } from './failure.ts';
import { loadArchive } from './load.ts';
import { inParallel } from './parallel.ts';
import type { EngineRequest, Send } from './request.ts';
import { savedArchive } from './save.ts';
import { createSession } from './session.ts';

/** Images that are asked for at once; each is a connection to the engine. */
const parallelInspects = 8;

/**
 * An engine behind Docker's API (docs.docker.com/reference/api/engine).
 *
 * @param host for messages
 */
export function createRemoteEngine(host: string, sendRaw: Send): Engine {
  const { version, send } = createSession(host, sendRaw);

  const ask = async <T>(request: EngineRequest): Promise<T> => {
    const answer = await send(request);
    return json(answer).then(
      (value) => value as T,
      (error) => {
        throw engineFailure(error, host);
      },
    );
  };
  const inspect = (reference: string): Promise<EngineImage | undefined> =>
    ask<ImageAnswer>({
      method: 'GET',
      path: imagePath(reference, '/json'),
      query: { manifests: '1' },
    }).then(imageOf, unless('NOT_FOUND'));

  return {
    host,
    inspect,
    async info() {
      const { engine, apiVersion } = await version();
      const info = await ask<InfoAnswer>({ method: 'GET', path: '/info' });
      const imageStore = imageStoreOf(engine, info);
      return {
        version: engine.Version,
        apiVersion,
        imageStore,
        platform: enginePlatform(engine, info),
        root: rootOf(info, imageStore),
      };
    },
    async images() {
      const listed = await ask<{ Id: string }[]>({ method: 'GET', path: '/images/json' });
      const ids = [...new Set(listed.map(({ Id }) => idOf(Id)))];
      const images = await inParallel(parallelInspects, ids, inspect);
      return images.filter((image) => image !== undefined);
    },
    container: (name) =>
      ask<ContainerAnswer>({
        method: 'GET',
        path: `/containers/${encodeURIComponent(name)}/json`,
      }).then(containerOf, unless('NOT_FOUND')),
    async imagesInUse() {
      const request = { method: 'GET', path: '/containers/json', query: { all: 'true' } } as const;
      const listed = await ask<{ ImageID: string }[]>(request);
      // Podman lists pods' own containers, which have no image, too.
      return new Set(listed.flatMap(({ ImageID }) => (ImageID ? [idOf(ImageID)] : [])));
    },
    async save(reference, signal) {
      const request = { method: 'GET', path: imagePath(reference, '/get'), signal } as const;
      const answer = await send(request).catch(async (error) => {
        // Engine 20.10 answers status 500 for an ID that it doesn't have.
        const present = !isWherryError(error, 'ENGINE_FAILED') || (await inspect(reference));
        throw present ? error : noSuchImage(reference, error);
      });
      return savedArchive(answer, host, signal);
    },
    load: (archive, signal) => loadArchive({ archive, host, send, signal }),
    async tag(reference, tag) {
      const { repository: repo, tag: name } = parseTagReference(tag);
      const path = imagePath(reference, '/tag');
      await text(await send({ method: 'POST', path, query: { repo, tag: name } }));
    },
    async remove(reference) {
      const removed = send({ method: 'DELETE', path: imagePath(reference) });
      await removed.then(text, unless('NOT_FOUND'));
    },
  };
}

/** A reference's parts, or an ID, are encoded; the slashes between them are the API's own. */
function imagePath(reference: string, rest = ''): string {
  return `/images/${reference.split('/').map(encodeURIComponent).join('/')}${rest}`;
}

/** A handler that swallows WherryErrors of this code. */
function unless(code: ErrorCode): (error: unknown) => undefined {
  return (error) => {
    if (!isWherryError(error, code)) throw error;
    return undefined;
  };
}
