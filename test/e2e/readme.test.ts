import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, suite, test } from 'node:test';
import { agent } from '../../agent/program.ts';
import { wherry } from '../../cli/program.ts';
import { parseCommandLine } from '../../shared/command/program.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { testEngine } from '../support/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const host = testEngine();

suite('the README', () => {
  test('every wherry command in it is a command line', async () => {
    const withoutPicture = readme.replace(/```\n.*?```/s, '');
    const command =
      /\b(wherry(?:-agent)?) ((?:push|pull|save|load|ls|inspect|promote|serve|watch|fleet) [^`\n|\\]*)/g;
    const lines = [...withoutPicture.matchAll(command)];
    assert.ok(lines.length >= 12);
    for (const [line, name, args = ''] of lines) {
      const program = name === 'wherry' ? wherry : agent;
      const said: string[] = [];
      const output = { out: () => {}, error: (words: string) => said.push(words), columns: 80 };
      const parsed = await parseCommandLine(program, args.trim().split(/\s+/), {}, output);
      assert.equal(typeof parsed, 'object', `${line}: ${said}`);
    }
  });

  test('every link leads somewhere', async () => {
    for (const [, path = ''] of readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      await readFile(join(root, path));
    }
  });

  const hasClient = spawnSync('docker', ['--version']).status === 0;
  const skip = host.skip || (hasClient ? false : 'LEFT OUT: there is no docker command');

  test('what it says to do with AWS works as it stands', { skip }, async (t) => {
    const script = /## Use it with AWS.*?```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
    assert.match(script, /^export WHERRY_STORE=s3:\/\/my-images\/team$/m);
    const s3 = await startTestS3({ after }, { buckets: ['my-images'] });
    const home = await tempFolder(t);
    const env = {
      ...s3.env,
      DOCKER_HOST: host.url,
      HOME: home,
      PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    };
    const engine = await openDockerEngine({ env });
    const image = await helloImage({ greeting: 'It came through S3.\n' });
    await engine.load(archiveOf(await layouts.oci([{ image, references: ['api:4f2c1e'] }])));
    // The throwaway engine has no network to give a container.
    const steps = script.replace('docker run', 'docker run --network none');
    const child = spawn('bash', ['-euc', steps], { cwd: root, env });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    assert.match(stdout, /It came through S3\.\n$/, stderr);
    for (const name of ['api:4f2c1e', 'api:latest']) await engine.remove(name);
  });
});
