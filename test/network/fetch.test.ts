import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { version } from '../../shared/version.ts';
import { startMachine } from '../boot/machine.ts';
import { bootRootsMissing } from '../boot/roots.ts';
import { agentFolder } from '../support/agent-folder.ts';
import { run } from '../support/program.ts';
import { awsEnvironment } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';
import { hostOfUrl, ports } from './addresses.ts';
import { store } from './ci.ts';
import { startNetwork } from './network.ts';
import { networkMissing } from './requirements.ts';
import { startService } from './service.ts';

const missing = (await networkMissing()) ?? (await bootRootsMissing());
const skip = missing ? `LEFT OUT: machines on networks, for ${missing}` : false;

suite('with IPv6 alone, and S3 at an address, the script of user-data', { skip }, () => {
  for (const root of ['curl', 'aws'] as const) {
    test(`finds region, role and bucket with ${root}`, async (t) => {
      const { at, ci, instance, bucket, vpc } = await startNetwork(t, 'IPv6');
      await startService(t, vpc, 'vpc', at);
      const folder = await tempFolder(t, 's3');
      await startService(t, bucket, 'bucket', { folder, host: at.bucket });
      const endpoint = `http://${hostOfUrl(at.bucket)}:${ports.s3}`;
      const env = { ...awsEnvironment(endpoint), WHERRY_STORE: store };
      const wherry = async (...args: string[]) => {
        const { code, stdout, stderr } = await run('wherry', args, { env, enter: ci.enter });
        assert.equal(code, 0, stderr);
        return stdout;
      };
      await wherry('publish-agent', '--from', (await agentFolder(t, version)).folder);
      const [functions] = (await wherry('user-data', '--image', 'api')).split('\nchanged=\n');

      const machine = await startMachine(t, root, undefined, instance.pid);
      const fetched = await machine.run(['sh', '-c', `${functions}\nfind_region\nfetch /agent`]);
      assert.equal(fetched.code, 0, fetched.stderr);
      assert.match((await machine.read('/agent')) ?? '', /^executable wherry-agent-.*\.xz$/);
      if (root === 'aws') return;
      const region = `${functions}\nendpoint=\nfind_region\necho "$region"`;
      const asked = await machine.run(['sh', '-c', region]);
      assert.equal(asked.stdout, 'us-east-1\n', asked.stderr);
    });
  }
});
