import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import type { Engine } from '../../shared/engine/engine.ts';

/** What cannot be had of a real engine: one that fails as told. */
export interface FakeEngine extends AsyncDisposable {
  engine: Engine;
  host: string;
  socket: string;
}

export const fakeVersion = {
  Version: '28.5.2',
  ApiVersion: '1.51',
  MinAPIVersion: '1.24',
  Os: 'linux',
  Arch: 'amd64',
};

/**
 * @param answer to every request, though one for `/version` is answered with `version`
 */
export async function fakeEngine(
  answer: RequestListener,
  version: () => unknown = () => fakeVersion,
): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'wherry-fake-engine-'));
  const socket = join(folder, 'engine.sock');
  const server = createServer((request, response) => {
    if (request.url !== '/version') answer(request, response);
    else response.end(JSON.stringify(version()));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const host = `unix://${socket}`;
  return {
    engine: await openDockerEngine({ env: {}, host }),
    host,
    socket,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}
