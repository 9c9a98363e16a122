import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readlink } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { networkMissing } from './requirements.ts';

const missing = await networkMissing();
const skip = missing ? `LEFT OUT: networks, for ${missing}` : false;

/** Numbers of the processes whose network is one of these, by what /proc/PID/ns/net names. */
async function processesIn(networks: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    const network = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
    if (networks.includes(network)) found.push(pid);
  }
  return found;
}

test('nothing is left of a network when its test is killed', { skip }, async () => {
  const script = `
    import { readlinkSync } from 'node:fs';
    import { startNetwork } from '${import.meta.dirname}/network.ts';
    import { startCapture } from '${import.meta.dirname}/capture.ts';
    import { startService } from '${import.meta.dirname}/service.ts';
    const t = { after() {} };
    const network = await startNetwork(t, 'IPv6');
    await startCapture(t, network);
    await startService(t, network.vpc, 'vpc', network.at);
    const { at, ...hosts } = network;
    const networks = Object.values(hosts).map(({ pid }) => readlinkSync(\`/proc/\${pid}/ns/net\`));
    process.stdout.write(networks.join(), () => process.kill(process.pid, 'SIGKILL'));`;
  const args = ['--input-type=module-typescript', '--eval', script];
  const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(signal, 'SIGKILL');
  const networks = stdout.split(',');
  assert.equal(networks.length, 5);
  for (let tries = 0; tries < 100 && (await processesIn(networks)).length > 0; tries++) {
    await sleep(50);
  }
  assert.deepEqual(await processesIn(networks), []);
});
