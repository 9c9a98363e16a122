import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { architectures } from '../../build/agent/base-node.ts';
import { buildAgent } from '../../build/agent/build.ts';
import { openDockerEngine } from '../../shared/engine/docker.ts';
import { version } from '../../shared/version.ts';
import { startMachine } from '../boot/machine.ts';
import { bootRootsMissing, emulatorMissing } from '../boot/roots.ts';
import { removeImages } from '../engines/transfer-store.ts';
import { noEngine, startTestEngine } from '../support/engine.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { helloImage } from '../support/image/hello.ts';
import { writeLayout } from '../support/image/layouts.ts';
import { startTestS3 } from '../support/s3.ts';
import { pushArchive } from '../support/store.ts';
import { tempFolder } from '../support/temp.ts';

const missing = await bootRootsMissing();
const skip = noEngine || (missing ? `LEFT OUT: machines without Node, for ${missing}` : false);
const noEmulator = skip || (await emulatorMissing());

suite('the agent as one file', async () => {
  const folder = await tempFolder({ after }, 'agent');
  await buildAgent(folder, { level: 0 });
  const executable = (architecture: string) =>
    join(folder, `wherry-agent-${version}-linux-${architecture}`);

  test('its sums are those of all files', async () => {
    const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
    const files = (await readdir(folder)).sort().filter((name) => name !== 'SHA256SUMS');
    assert.equal(files.length, 2 * architectures.length + 1);
    const lines = files.map(async (file) => {
      const hash = createHash('sha256').update(await readFile(join(folder, file)));
      return `${hash.digest('hex')}  ${file}\n`;
    });
    assert.equal(sums, (await Promise.all(lines)).join(''));
  });

  test('built again, elsewhere, it has the same bytes', async (t) => {
    const other = join(await tempFolder(t, 'agent'), 'another folder');
    await mkdir(other);
    await buildAgent(other, { level: 0 });
    const sums = (where: string) => readFile(join(where, 'SHA256SUMS'), 'utf8');
    assert.equal(await sums(other), await sums(folder));
  });

  test('it knows no path of the machine it was built on', async () => {
    for (const architecture of architectures) {
      const bytes = await readFile(executable(architecture));
      for (const path of [join(import.meta.dirname, '../..'), folder]) {
        assert.equal(bytes.indexOf(path), -1, path);
      }
    }
  });

  test('as a module it runs by itself, with nothing but Node', async (t) => {
    const alone = join(await tempFolder(t, 'module'), 'agent.mjs');
    await copyFile(join(folder, `wherry-agent-${version}.mjs`), alone);
    const options = { encoding: 'utf8', env: { HOME: '/nonexistent' } } as const;
    const said = spawnSync(process.execPath, [alone, '--version'], options);
    assert.deepEqual([said.stdout, said.stderr], [`wherry-agent ${version}\n`, '']);
    const args = ['pull', 'api:1', '--output', '-', '--store', `${alone}-store`];
    const absent = spawnSync(process.execPath, [alone, ...args], options);
    assert.equal(absent.status, 3, absent.stderr);
    const old = `Object.defineProperty(process, 'versions', { value: { node: '22.14.0' } });
      await import(${JSON.stringify(alone)});`;
    const refused = spawnSync(process.execPath, ['--input-type=module', '-e', old], options);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /wherry-agent needs Node 22\.15 or newer/);
  });

  suite('on a machine without Node', { skip }, async () => {
    const s3 = await startTestS3({ after });
    Object.assign(process.env, s3.env);
    const env = {
      ...s3.env,
      WHERRY_STORE: 's3://images/store',
      DOCKER_HOST: 'unix:///run/docker.sock',
    };
    const host = await startTestEngine({ after }, 'agent-build');
    const engine = await openDockerEngine({ env: { DOCKER_HOST: host } });
    const image = await helloImage({ greeting: 'No Node here.\n' });
    const archive = await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));
    await pushArchive('s3://images/store', 'api:1', archive);

    const machines = [
      { architecture: 'x64', root: 'curl', emulator: undefined, left: false as const },
      { architecture: 'arm64', root: 'arm64', emulator: '/qemu', left: noEmulator },
    ] as const;
    for (const { architecture, root, emulator, left } of machines) {
      test(`of ${architecture} it pulls an image into an engine`, { skip: left }, async (t) => {
        const machine = await startMachine(t, root, host);
        await machine.bring(executable(architecture), '/agent');
        if (emulator) await machine.bring('/usr/bin/qemu-aarch64-static', emulator);
        const agent = (...args: string[]) =>
          machine.run([...(emulator ? [emulator] : []), '/agent', ...args], env);

        const said = await agent('--version');
        assert.deepEqual(said, { code: 0, stdout: `wherry-agent ${version}\n`, stderr: '' });

        await removeImages(engine);
        const pulled = await agent('pull', 'api:1', '--json');
        assert.equal(pulled.code, 0, pulled.stderr);
        assert.doesNotMatch(pulled.stderr, /warning/i);
        assert.equal(JSON.parse(pulled.stdout).imageId, image.id);
        assert.equal((await engine.inspect('api:1'))?.id, image.id);

        const mistaken = await agent('pull', 'api:none', '--', '-x');
        assert.equal(mistaken.code, 2, mistaken.stderr);
        const absent = await agent('pull', 'api:none');
        assert.equal(absent.code, 3, absent.stderr);
      });
    }
  });
});
