import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { version } from '../../shared/version.ts';
import { startMoto } from '../s3/testing/moto.ts';
import { agentFolder } from '../support/agent-folder.ts';
import { archiveOf } from '../support/image/archive.ts';
import { helloImage } from '../support/image/hello.ts';
import { layouts } from '../support/image/layouts.ts';
import { leftOut } from '../support/left-out.ts';
import { run } from '../support/program.ts';
import { startTestS3 } from '../support/s3.ts';
import { tempFolder } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/templates.md'), 'utf8');

/** The image comes from an archive, the agent is built, and no instance is there to wait for or to ask. */
const standIns = `
npx() {
  [ "$1" = wherry ]
  case $2 in
    push) "$NODE" "$WHERRY" "\${@:2}" --input image.tar ;;
    publish-agent) "$NODE" "$WHERRY" publish-agent --from agent ;;
    fleet) echo "waited for $3" ;;
    *) "$NODE" "$WHERRY" "\${@:2}" ;;
  esac
}
npm() { echo "npm $*"; }
aws() { "$NODE" "$AWS" "$@"; }
curl() { echo "asked $1"; }
`;

test('the way from an empty account to a service goes as docs/templates.md says', {
  skip: leftOut('moto_server', ['--help']),
}, async (t) => {
  const [section = ''] = /^## From an empty account.*?(?=^## )/ms.exec(page) ?? [];
  const blocks = [...section.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)];
  assert.equal(blocks.length, 6);
  const script = blocks.map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  const s3 = await startTestS3(t, { buckets: ['my-images'], region: 'eu-west-1' });
  const cwd = await tempFolder(t);
  const { folder } = await agentFolder(t, version);
  await cp(folder, join(cwd, 'agent'), { recursive: true });
  const image = await helloImage({ greeting: 'Hello.', architecture: 'arm64' });
  const archive = archiveOf(await layouts.oci([{ image, references: ['api:4f2c1e'] }]));
  await writeFile(join(cwd, 'image.tar'), archive);

  const { AWS_REGION: _, ...credentials } = s3.env;
  const child = spawn('bash', ['-c', ['set -euo pipefail', standIns, ...script].join('\n')], {
    cwd,
    env: {
      ...credentials,
      PATH: process.env.PATH,
      MOTO_URL: await startMoto(t),
      NODE: process.execPath,
      WHERRY: join(root, 'cli/wherry.js'),
      AWS: join(root, 'test/support/templates/aws.ts'),
    },
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^arn:aws:iam::\d+:role\/images-ci-CiRole-\w+$/m);
  assert.match(stdout, /^waited for api:production$/m);
  assert.match(stdout, /^asked https:\/\/.+\.execute-api\..+\.amazonaws\.com\/health$/m);
  const store = ['--store', 's3://my-images/team', '--region', 'eu-west-1'];
  const found = await run('wherry', ['ls', ...store, '--quiet'], { env: credentials });
  assert.match(found.stdout, /api:production/);
});
