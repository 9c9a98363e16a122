import type { Environment } from '../../shared/environment.ts';
import { throwIfAborted } from '../../shared/error.ts';
import { formatTable } from '../../shared/report/format.ts';
import type { RequestLog } from '../s3/server.ts';
import type { TestImage } from '../support/image/build.ts';
import { startTestS3 } from '../support/s3.ts';
import { archiveEnds } from './archive-ends.ts';
import type { Ends } from './ends.ts';
import { engineEnds } from './engine-ends.ts';
import { findEngine } from './find-engine.ts';
import { newService, type Service } from './images.ts';
import { type Moved, movedBy, movedTable, savedBy } from './moved.ts';
import type { Page } from './page.ts';
import { programEnvironment, programRunner, type Run } from './programs.ts';
import { releases } from './releases.ts';

export interface Surroundings {
  env: Environment;
  page: Page;
  signal: AbortSignal;
}

interface Stage {
  ends: Ends;
  run: Run;
  page: Page;
  signal: AbortSignal;
  requests: RequestLog;
}

/** The whole demo. What it made is removed when it ends, however it ends. */
export async function demo({ env, page, signal }: Surroundings): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const cleanup = { after: (work: () => unknown) => stack.defer(async () => void (await work())) };
  const found = await findEngine(env);
  const s3 = await startTestS3(cleanup);
  const options = { cleanup, page, signal };
  const ends = found.engine ? await engineEnds(found, options) : await archiveEnds(options);
  const store = { WHERRY_STORE: 's3://images/demo', AWS_ENDPOINT_URL: s3.url };
  const childEnv = { ...programEnvironment(env), ...s3.env, ...store };
  const run = programRunner({ env: childEnv, folder: ends.folder, page, signal });
  const stage = { ends, run, page, signal, requests: s3.requests };

  introduce(page, [
    ['S3 server', s3.url],
    ['Docker engine', found.description],
    ['Images', ends.description],
  ]);
  page.commandLine(['export', ...Object.entries(store).map((pair) => pair.join('='))]);
  const image = await pushReleases(newService(found.engine ? found.architecture : 'amd64'), stage);
  await showStore(stage);
  await pull(image, stage);
}

function introduce(page: Page, surroundings: string[][]): void {
  page.heading('Wherry brings Docker images to machines that can reach nothing but S3');
  page.paragraph(
    'A CI job pushes an image to S3, an instance in a private network pulls it from there. Here ' +
      'both run on this machine, as the real programs, and S3 is a server of the demo. It takes ' +
      'less than a minute, needs no AWS account, and leaves nothing behind.',
  );
  page.table(formatTable(surroundings));
}

/** @returns the image that was pushed last */
async function pushReleases(
  service: Service,
  { ends, run, page, signal, requests }: Stage,
): Promise<TestImage> {
  const moved: Moved[] = [];
  let image = await service.first();
  await ends.place(image);
  for (const release of releases) {
    const built = await release.build(service);
    if (built !== image) await ends.place(built);
    image = built;
    throwIfAborted(signal);
    page.heading(release.heading);
    page.paragraph(release.about(image));
    requests.reset();
    const seconds = await run('wherry', ['push', ends.reference, ...ends.pushOptions]);
    moved.push(movedBy({ push: release.push, image, seconds, requests }));
  }
  page.heading('What moved');
  page.paragraph('As the S3 server counted it. The seconds are those of the whole program.');
  page.table(movedTable(moved));
  page.paragraph(savedBy(moved));
  return image;
}

async function showStore({ ends, run, page }: Stage): Promise<void> {
  page.heading('5. What is in the store now');
  await run('wherry', ['ls']);
  await run('wherry', ['inspect', ends.reference]);
}

async function pull(image: TestImage, { ends, run, page }: Stage): Promise<void> {
  page.heading('6. An instance pulls the image');
  page.paragraph(await ends.empty());
  await run('wherry-agent', ['pull', ends.reference, ...ends.pullOptions]);
  await ends.prove(image);
}
