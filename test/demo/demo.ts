import type { Environment } from '../../shared/environment.ts';
import { throwIfAborted } from '../../shared/error.ts';
import { formatBytes } from '../../shared/report/format.ts';
import { startTestS3 } from '../support/s3.ts';
import { archiveEnds } from './archive-ends.ts';
import type { Ends } from './ends.ts';
import { engineEnds } from './engine-ends.ts';
import { findEngine } from './find-engine.ts';
import { files, layersOf, newService } from './images.ts';
import { type Moved, movedBy, movedTable, saved } from './moved.ts';
import type { Page } from './page.ts';
import { programEnvironment, programRunner } from './programs.ts';

export interface Surroundings {
  env: Environment;
  page: Page;
  signal: AbortSignal;
}

/** The whole demo. What it made is removed when it ends, however it ends. */
export async function demo({ env, page, signal }: Surroundings): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const cleanup = { after: (work: () => unknown) => stack.defer(async () => void (await work())) };
  page.heading('Wherry: Docker images to machines that can reach nothing but S3');
  const found = await findEngine(env);
  const s3 = await startTestS3(cleanup);
  const ends: Ends = found.engine
    ? stack.use(await engineEnds(found, { env, page, signal }))
    : await archiveEnds(cleanup, page);
  const engine = found.engine ? `${found.description}.` : `none: ${found.reason}`;
  page.output(`Docker engine   ${engine}`);
  page.output(`Images          ${ends.whereabouts}`);
  page.output(`S3              a server of the demo's own, at ${s3.url}. No AWS is needed.\n`);
  const store = { WHERRY_STORE: 's3://images/demo', AWS_ENDPOINT_URL: s3.url };
  page.commandLine(['export', ...Object.entries(store).map((pair) => pair.join('='))]);
  const run = programRunner({
    env: { ...programEnvironment(env), ...s3.env, ...store },
    folder: ends.folder,
    page,
    signal,
  });

  const service = newService(found.engine ? found.architecture : 'amd64');
  const rows: Moved[] = [];
  const push = async (what: string, image = ends.image()) => {
    s3.requests.reset();
    const seconds = await run('wherry', ['push', ends.reference, ...ends.pushArguments]);
    rows.push(movedBy({ what, image, seconds, requests: s3.requests }));
  };

  page.heading('1. CI pushes an image for the first time');
  const first = await service.first();
  throwIfAborted(signal);
  await ends.place(first);
  page.say(
    `A service of ${files.toLocaleString('en')} source files and its base image, ${layersOf(first)}. ` +
      'The store is empty, so that all of it is sent, compressed.',
  );
  await push('first', first);

  page.heading('2. The same image again');
  page.say('Nothing changed, so that nothing is sent.');
  await push('again, unchanged', first);

  page.heading('3. After an edit of one file');
  const edited = await service.edited();
  throwIfAborted(signal);
  await ends.place(edited);
  page.say(
    'To Docker, the layer that the file is in is a new one, and a registry would get all of ' +
      `its ${formatBytes(edited.layers[1]?.size ?? 0)} again. Wherry sends the pieces of it that differ.`,
  );
  await push('one file edited', edited);

  page.heading('4. After a rebuild without a cache');
  const rebuilt = await service.rebuilt();
  throwIfAborted(signal);
  await ends.place(rebuilt);
  page.say(
    'The same files, each with a new modification time: every layer above the base image is a ' +
      'new one. Wherry keeps what is in the files apart from what is said about them.',
  );
  await push('rebuilt, new mtimes', rebuilt);

  page.heading('What moved, by the log of the S3 server');
  page.output(movedTable(rows));
  page.say(`\n${saved(rows)}`);

  page.heading('5. What the store has');
  await run('wherry', ['ls']);
  page.say('');
  await run('wherry', ['inspect', ends.reference]);

  page.heading('6. An instance pulls it');
  await ends.empty();
  await run('wherry-agent', ['pull', ends.reference, ...ends.pullArguments]);
  page.say('');
  await ends.prove(rebuilt);
}
