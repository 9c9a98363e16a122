import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Digest } from '../../shared/digest.ts';
import type { Heartbeat } from '../../shared/store/heartbeat.ts';
import { version } from '../../shared/version.ts';
import { outcome } from '../s3/testing/raw.ts';
import { agentFolder } from '../support/agent-folder.ts';
import { ask } from '../support/ask.ts';
import { type Party, parties, startGuardedS3 } from '../support/guarded-s3.ts';
import { buildImage } from '../support/image/build.ts';
import { archiveOfImage, platformImage } from '../support/platforms.ts';
import { run } from '../support/program.ts';
import { startServe } from '../support/serve.ts';
import { openTestStore, pushArchive } from '../support/store.ts';

/** A command, and who may run it. */
interface Row {
  what: string;
  program?: 'wherry-agent';
  args(who: Party): string[];
  stdin?(who: Party): Promise<Buffer>;
  before?(): Promise<void>;
  may: Party[];
  /** What the others are told; the stray cannot even read. */
  refused?: RegExp;
}

const writers: Party[] = ['owner', 'ci', 'administrator'];
const readers: Party[] = [...writers, 'instance'];
const denied =
  /Could not (?:read|look up|list|store) \S+ in s3:\/\/images(?:\/team)?: access denied/;

const heartbeat = (digest: Digest): Heartbeat => ({
  ...{ host: 'web-1', time: new Date().toISOString(), interval: 300, digest },
  ...{ image: undefined, since: undefined, health: 'healthy', activity: 'idle' },
  ...{ held: undefined, agent: version, engine: undefined, error: undefined },
  quarantined: undefined,
});

const archiveWith = async (content: string) =>
  archiveOfImage(await buildImage({ layers: [[{ name: 'file', content }]] }));

/** A store with an image for each party, and a host that follows another. */
async function prepare(prefix: string) {
  const s3 = await startGuardedS3({ after }, prefix);
  Object.assign(process.env, s3.env);
  const seed = await archiveWith('what is there');
  const other = await archiveWith('what was there before');
  for (const who of parties) {
    await pushArchive(s3.store, `api:${who}`, seed);
    await pushArchive(s3.store, `api:moved-${who}`, other);
    await pushArchive(s3.store, `api:moved-${who}`, seed);
  }
  const { digest } = await pushArchive(s3.store, 'api:followed', seed);
  const store = await openTestStore(s3.store);
  await store.putHeartbeat({ repository: 'api', tag: 'followed' }, heartbeat(digest));
  const chunk = s3.requests.select(({ key }) => key.includes('chunks/'))[0]?.key;
  const credential = s3.credentials.administrator;
  return {
    s3,
    seed,
    /** Makes a chunk of the seed corrupt, as only an administrator may. */
    async hurt(): Promise<void> {
      const put = { method: 'PUT', path: `/images/${chunk}`, body: 'not a chunk', credential };
      assert.equal(await outcome(s3.url, put), '200');
    },
  };
}

const arm64 = await archiveOfImage(await platformImage('linux/arm64'));
const folders = new Map<Party, string>();
for (const [index, who] of parties.entries()) {
  const { folder } = await agentFolder({ after }, index === 0 ? version : `9.9.${index}`);
  folders.set(who, folder);
}

/** At the root of a bucket the same policies have other resources; a few rows tell. */
const stores = { team: undefined, '': ['push', 'inspect', 'pull'] };

for (const [prefix, only] of Object.entries(stores)) {
  const { s3, seed, hurt } = await prepare(prefix);

  suite(`who may run what, with a store at ${prefix || 'the root of its bucket'}`, () => {
    const table: Row[] = [
      {
        what: 'push',
        args: (who) => ['push', `api:new-${who}`, '--input', '-'],
        stdin: (who) => archiveWith(`what ${who} has`),
        may: writers,
        refused: /Could not store chunks\//,
      },
      {
        what: 'push to a tag that is there',
        args: (who) => ['push', `api:${who}`, '--input', '-'],
        stdin: () => archiveWith('what owner has'),
        may: writers,
        refused: /Could not store blobs\//,
      },
      {
        what: 'push --add',
        args: (who) => ['push', `api:${who}`, '--add', '--input', '-'],
        stdin: async () => arm64,
        may: writers,
        refused: /Could not store \S+ in/,
      },
      {
        what: 'push --repair',
        args: (who) => ['push', `api:repaired-${who}`, '--repair', '--input', '-'],
        before: hurt,
        stdin: async () => seed,
        may: ['administrator'],
        refused: /Could not store chunks\//,
      },
      {
        what: 'publish-agent',
        args: (who) => ['publish-agent', '--from', folders.get(who) ?? ''],
        may: writers,
        refused: /Could not store agent\//,
      },
      {
        what: 'promote',
        args: (who) => ['promote', `api:${who}`, `api:promoted-${who}`, '--yes'],
        may: writers,
        refused: /Could not store tags\//,
      },
      {
        what: 'rollback',
        args: (who) => ['rollback', `api:moved-${who}`, '--yes'],
        may: writers,
        refused: /Could not store history\//,
      },
      {
        what: 'rm',
        args: (who) => ['rm', `api:moved-${who}`, '--yes'],
        may: writers,
        refused: /Could not store history\//,
      },
      { what: 'history', args: () => ['history', 'api:owner'], may: readers },
      { what: 'config', args: () => ['config'], may: readers },
      {
        what: 'config --immutable',
        args: (who) => ['config', '--immutable', `api:${who}-*`, '--yes'],
        may: ['administrator'],
        refused: /Could not store config\.json/,
      },
      { what: 'ls', args: () => ['ls'], may: readers },
      { what: 'inspect', args: () => ['inspect', 'api:owner'], may: readers },
      { what: 'fleet', args: () => ['fleet', 'api:followed'], may: readers },
      {
        what: 'user-data',
        args: () => ['user-data', '--image', 'api:owner'],
        may: readers,
      },
      {
        what: 'pull',
        program: 'wherry-agent',
        args: () => ['pull', 'api:owner', '--platform', 'linux/amd64', '--output', '-'],
        may: readers,
      },
    ];

    const rows = table.filter(({ what }) => only?.includes(what) ?? true);
    for (const { what, program = 'wherry', args, stdin, before, may, refused } of rows) {
      for (const who of parties) {
        const allowed = may.includes(who);
        test(`${what}: ${who} ${allowed ? 'may' : 'may not'}`, async () => {
          await before?.();
          const input = await stdin?.(who);
          const { code, stderr } = await run(program, args(who), {
            env: s3.envOf(who),
            ...(input && { stdin: input }),
          });
          assert.equal(code, allowed ? 0 : 5, stderr);
          if (!allowed) assert.match(stderr, denied);
          if (!allowed && refused && who !== 'stray') assert.match(stderr, refused);
        });
      }
    }

    test('serve: instance may', async (t) => {
      const { url } = await startServe(t, s3.store, { env: s3.envOf('instance') });
      assert.equal((await ask(url, '/v2/api/manifests/owner')).status, 200);
      assert.equal((await ask(url, '/v2/api/manifests/none')).status, 404);
    });

    test('a tag that is not there is not found, and not denied, for whoever may read', async () => {
      for (const who of readers) {
        const { code, stderr } = await run('wherry', ['inspect', 'api:none'], {
          env: s3.envOf(who),
        });
        assert.equal(code, 3, `${who}: ${stderr}`);
      }
    });
  });
}
