import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, suite, test } from 'node:test';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { version } from '../../shared/version.ts';
import type { Ended } from '../support/ended.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { installPackage, packPackage, runInstalled } from '../support/installed-package.ts';
import { otherNode } from '../support/other-node.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

/** Bytes, packed and installed; of version 0.1.0 they were 635,000 and 2,700,000. */
const limits = { packed: 900_000, installed: 3_800_000 };

const packed = await packPackage({ after });
const folder = await installPackage({ after }, packed.tarball);
const installed = join(folder, 'node_modules/wherry');
const oldest = await otherNode('22.15.0');
const older = await otherNode('18.20.8');
const nodes = [
  { name: `Node ${process.versions.node}`, folder: dirname(process.execPath), skip: false },
  { name: 'Node 22.15.0', ...oldest },
] as const;

function succeeded(ended: Ended): Ended {
  assert.equal(ended.code, 0, ended.stderr + ended.stdout);
  return ended;
}

suite('the package', () => {
  test('has both programs, the agent as a module, and what one has to read', async () => {
    const chunk = /^dist\/chunks\/[\w-]+-[0-9A-Z]{8}\.mjs$/;
    assert.deepEqual(
      packed.files.filter((file) => !chunk.test(file)),
      [
        'LICENSE',
        'README.md',
        'THIRD-PARTY-NOTICES',
        'dist/agent/SHA256SUMS',
        `dist/agent/wherry-agent-${version}.mjs`,
        'dist/wherry-agent.mjs',
        'dist/wherry.mjs',
        'package.json',
      ],
    );
  });

  test('is small', async () => {
    const sizes = packed.files.map(async (file) => (await readFile(join(installed, file))).length);
    const whole = (await Promise.all(sizes)).reduce((sum, size) => sum + size);
    assert.ok(packed.size < limits.packed, `${packed.size} bytes packed`);
    assert.ok(whole < limits.installed, `${whole} bytes installed`);
  });

  test('brings nothing else into node_modules, and has no scripts', async () => {
    const names = (await readdir(join(folder, 'node_modules'))).filter((name) => name[0] !== '.');
    assert.deepEqual(names, ['wherry']);
    assert.deepEqual(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')), {
      name: 'wherry',
      version,
      description: 'Delivers Docker images to machines that can reach nothing but S3',
      keywords: ['docker', 'image', 's3', 'aws', 'vpc', 'ec2', 'deploy', 'air-gapped'],
      license: 'Apache-2.0',
      type: 'module',
      bin: { wherry: 'dist/wherry.mjs', 'wherry-agent': 'dist/wherry-agent.mjs' },
      engines: { node: '>=22.15' },
    });
  });

  test('knows no path of the machine it was built on', async () => {
    for (const file of packed.files) {
      const text = await readFile(join(installed, file), 'utf8');
      assert.ok(!text.includes(join(import.meta.dirname, '../..')), file);
    }
  });

  const noBusybox = spawnSync('/bin/busybox').error ? 'LEFT OUT: there is no busybox' : false;
  test("starts with Alpine's shell and env, which has no -S", { skip: noBusybox }, () => {
    for (const program of ['wherry', 'wherry-agent']) {
      const path = join(folder, 'node_modules/.bin', program);
      const env = { PATH: dirname(process.execPath) };
      const ended = spawnSync('/bin/busybox', ['sh', path, '--version'], { encoding: 'utf8', env });
      assert.equal(ended.stdout, `${program} ${version}\n`, ended.stderr);
    }
  });

  test('has the licence of every package that it has parts of', async () => {
    const notices = await readFile(join(installed, 'THIRD-PARTY-NOTICES'), 'utf8');
    const bundled = [...notices.matchAll(/^((?:@[\w-]+\/)?[\w.-]+) \d+\.\d+\.\d+ \(.+\)$/gm)];
    const names = bundled.map(([, name]) => name);
    for (const name of [
      '@aws-sdk/client-s3',
      '@smithy/core',
      'dockerode',
      'commander',
      'split-ca',
    ]) {
      assert.ok(names.includes(name), name);
    }
    assert.ok(!names.includes('ssh2'));
    assert.match(notices, /^Copyright \(c\) Charles Bushong$/m);
  });

  test('on a Node that is too old it says so plainly', { skip: older.skip }, async () => {
    for (const program of ['wherry', 'wherry-agent']) {
      const ended = await runInstalled(folder, older.folder, [program, '--version']);
      assert.equal(ended.code, 1);
      assert.match(
        ended.stderr,
        new RegExp(
          `^error \\(local\\): ${program} needs Node 22\\.15 or newer; this is v18\\.20\\.8 .*\\n {2}Install.*\\n$`,
        ),
      );
    }
  });

  for (const node of nodes) {
    test(`publishes the agent as a module, on ${node.name}`, { skip: node.skip }, async (t) => {
      const store = await tempFolder(t, 'store');
      const publish = ['wherry', 'publish-agent', '--store', store];
      const { stdout, stderr } = succeeded(await runInstalled(folder, node.folder, publish));
      assert.match(stdout, new RegExp(`^[0-9a-f]{64} {2}wherry-agent-${version}\\.mjs\\n`));
      assert.match(stderr, /download the files of its release/);
      const name = `wherry-agent-${version}.mjs`;
      assert.deepEqual(await readdir(join(store, 'agent', version)), [name]);
      const published = await readFile(join(store, 'agent', version, name));
      assert.deepEqual(published, await readFile(join(installed, 'dist/agent', name)));
    });
  }

  suite('with a Docker engine', { skip: noEngine }, async () => {
    const host = await startTestEngine({ after }, 'package');
    const s3 = await startTestS3({ after });
    const engine = await openDockerEngine({ env: { DOCKER_HOST: host } });
    const image = await helloImage({ greeting: 'From a package.\n' });

    for (const node of nodes) {
      for (const kind of ['S3', 'a folder']) {
        test(`pushes and pulls by ${kind}, on ${node.name}`, { skip: node.skip }, async (t) => {
          const store = kind === 'S3' ? `s3://images/${node.name}` : await tempFolder(t, 'store');
          const env = { ...s3.env, DOCKER_HOST: host, WHERRY_STORE: store };
          const run = async (...command: string[]) => {
            const ended = succeeded(await runInstalled(folder, node.folder, command, env));
            assert.doesNotMatch(ended.stderr, /warning/i);
            return ended.stdout;
          };
          const layout = await layouts.oci([{ image, references: ['api:1'] }]);
          await engine.load(archiveOf(layout));
          assert.equal(
            JSON.parse(await run('wherry', 'push', 'api:1', '--json')).imageId,
            image.id,
          );

          for (const [program, name] of [
            ['wherry', 'api:2'],
            ['wherry-agent', 'api:3'],
          ] as const) {
            await engine.remove('api:1').catch(() => {});
            const pull = [program, 'pull', 'api:1', '--tag', name, '--json'];
            assert.equal(JSON.parse(await run(...pull)).upToDate, false);
            assert.equal((await engine.inspect(name))?.id, image.id);
            await engine.remove(name);
          }
        });
      }
    }
  });
});
