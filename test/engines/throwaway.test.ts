import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { engineKinds } from './kinds.ts';
import { selectedEngines } from './selection.ts';

const processesOf = async (folder: string): Promise<string[]> => {
  const commands = (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(commands)).filter((command) => command.includes(folder));
};
const folderOf = (host: string) => dirname(host.replace('unix://', ''));

for (const { kind, skip } of await selectedEngines(process.env)) {
  describe(`a throwaway engine: ${kind}`, { skip }, () => {
    test('leaves neither processes, nor mounts, nor files', async () => {
      const engine = await engineKinds[kind]();
      const folder = folderOf(engine.host);
      assert.notDeepEqual(await processesOf(folder), []);
      await engine.stop();
      assert.deepEqual(await processesOf(folder), []);
      assert.ok(!(await readFile('/proc/self/mounts', 'utf8')).includes(folder));
      await assert.rejects(access(folder), { code: 'ENOENT' });
    });

    test('ends with the process that started it; the next one removes its files', async () => {
      const script = `
        import { engineKinds } from '${import.meta.dirname}/kinds.ts';
        const engine = await engineKinds['${kind}']();
        process.stdout.write(engine.host, () => process.kill(process.pid, 'SIGKILL'));`;
      const args = ['--input-type=module-typescript', '--eval', script];
      const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      assert.equal(signal, 'SIGKILL');
      const folder = folderOf(stdout);
      await access(folder);
      for (let tries = 0; tries < 50 && (await processesOf(folder)).length > 0; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.deepEqual(await processesOf(folder), []);
      await (await engineKinds[kind]()).stop();
      await assert.rejects(access(folder), { code: 'ENOENT' });
    });
  });
}
