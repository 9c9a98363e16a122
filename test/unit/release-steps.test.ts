import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { version } from '../../shared/version.ts';
import { runScript } from '../support/script.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');

interface Job {
  steps: { id?: string; run?: string }[];
}

const workflow: { jobs: Record<string, Job> } = parse(
  await readFile(join(root, '.github/workflows/release.yml'), 'utf8'),
);

/** The script of a job that has this command. */
function scriptOf(job: string, command: string): string {
  const found = workflow.jobs[job]?.steps.find(({ run }) => run?.includes(command));
  assert.ok(found?.run, command);
  return found.run;
}

/**
 * Runs a script where one program is another that answers its `view`, and only keeps what else it was
 * asked for.
 *
 * @param view its answer; undefined when it finds nothing, and fails
 */
async function runWith(
  t: Cleanup,
  name: string,
  view: string | undefined,
  script: string,
  env: Record<string, string>,
): Promise<{ asked: string[]; said: string }> {
  const folder = await tempFolder(t, 'steps');
  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files/wherry-1.2.3.tgz'), packed);
  const program = join(folder, name);
  const answer = view === undefined ? 'exit 1' : `echo '${view}'`;
  const asked = join(folder, 'asked');
  await writeFile(asked, '');
  await writeFile(
    program,
    `#!/bin/sh
    case "$1 $2" in
      view\\ * | *\\ view) ${answer} ;;
      'config get') echo https://packages.example/ ;;
      *) echo "$*" >>${asked} ;;
    esac`,
  );
  await chmod(program, 0o755);
  const said = await runScript(`set -o pipefail\n${script}`, {
    env: { PATH: `${folder}:/usr/bin:/bin`, ...env },
    cwd: folder,
  });
  return { asked: (await readFile(asked, 'utf8')).split('\n').filter(Boolean), said };
}

const packed = 'what npm packed';
const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;

suite('the package of a release', () => {
  const script = scriptOf('npm', 'npm publish');
  const publish = (t: Cleanup, view: string | undefined, token = '') => {
    const env = { VERSION: '1.2.3', NPM_TAG: 'latest', NODE_AUTH_TOKEN: token };
    return runWith(t, 'npm', view, script, env);
  };

  test('is published when npm has no such version, and what was attested', async (t) => {
    // Of a package that is there npm finds nothing; of another one it fails.
    for (const view of ['', undefined]) {
      const { asked } = await publish(t, view);
      assert.deepEqual(asked, [
        'publish ./files/wherry-1.2.3.tgz --provenance --access public --tag latest',
      ]);
    }
  });

  test('is published with a token where there is one', async (t) => {
    const { asked } = await publish(t, '', 'npm_secret');
    assert.equal(asked[0], 'config set //packages.example/:_authToken=npm_secret');
    assert.match(asked[1] ?? '', /^publish /);
  });

  test('is not published twice', async (t) => {
    const { asked, said } = await publish(t, integrity);
    assert.deepEqual(asked, []);
    assert.match(said, /npm has wherry 1\.2\.3 already\./);
  });

  test('is refused when npm has another one of this version', async (t) => {
    await assert.rejects(
      publish(t, 'sha512-another'),
      /already that is not this one: sha512-another/,
    );
  });
});

suite('the release on GitHub', () => {
  const script = scriptOf('github', 'gh release create');
  const release = (t: Cleanup, view: string | undefined) =>
    runWith(t, 'gh', view, script, { TAG: 'v1.2.3', PRERELEASE: 'false', NEWEST: 'true' });
  const created =
    'release create v1.2.3 files/wherry-1.2.3.tgz --verify-tag --title Wherry v1.2.3 ' +
    '--notes-file notes.md --prerelease=false --latest=true';

  test('is made where there is none', async (t) => {
    assert.deepEqual((await release(t, undefined)).asked, [created]);
  });

  test('is made anew from a draft, which a run left that was cut off', async (t) => {
    assert.deepEqual((await release(t, 'true')).asked, ['release delete v1.2.3 --yes', created]);
  });

  test('stays as it is where it is published', async (t) => {
    assert.deepEqual((await release(t, 'false')).asked, []);
  });
});

suite('what is the newest version', () => {
  test('is asked by each job that publishes, when it does', () => {
    for (const name of ['npm', 'github']) {
      const job = workflow.jobs[name];
      assert.ok(!JSON.stringify(job).includes('needs.'), `${name} has it from an earlier job`);
      const step = job?.steps.find(({ id }) => id === 'plan');
      assert.equal(step?.run, 'node build/release.ts plan "$TAG" | tee -a "$GITHUB_OUTPUT"');
    }
  });

  test('is told without any package, and changes with the tags', async (t) => {
    const folder = await tempFolder(t, 'clone');
    for (const name of ['build', 'package.json']) {
      await cp(join(root, name), join(folder, name), { recursive: true });
    }
    await writeFile(join(folder, 'CHANGELOG.md'), `## ${version} - 2026-11-23\n\n- All.\n`);
    const git = (...args: string[]) => {
      const author = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
      assert.equal(spawnSync('git', [...author, ...args], { cwd: folder }).status, 0);
    };
    const plan = () => {
      const script = [join(folder, 'build/release.ts'), 'plan', `v${version}`];
      return spawnSync(process.execPath, script, { encoding: 'utf8' }).stdout;
    };
    git('init');
    git('commit', '--allow-empty', '--message', 'All');
    git('tag', `v${version}`);
    assert.match(plan(), /^newest=true\nnpm-tag=latest$/m);
    git('tag', 'v999.0.0');
    assert.match(plan(), /^newest=false\nnpm-tag=maintenance$/m);
  });
});
