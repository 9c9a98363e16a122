import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { bundleAction } from '../../build/action/bundle.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';
import { readFileCommands } from './file-command.ts';
import { type RunnerLog, readRunnerLog } from './runner-log.ts';

const root = join(import.meta.dirname, '../..');

interface Manifest {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, { description: string }>;
  runs: { using: string; main: string };
}

export const manifest: Manifest = parse(await readFile(join(root, 'action.yml'), 'utf8'));

export interface StepOptions {
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** As which user, such as that of a container; the files of GitHub are theirs. */
  uid?: number;
  /** Is given the process as soon as it runs: to end it, for instance. */
  started?: (process: ChildProcess) => void;
}

export interface StepResult {
  /** The exit code, or the name of the signal that ended it. */
  code: number | string;
  stdout: string;
  stderr: string;
  log: RunnerLog;
  outputs: Record<string, string>;
  summary: string;
}

export interface Action {
  run(inputs: Record<string, string>, options?: StepOptions): Promise<StepResult>;
}

/**
 * The Action as a runner has it: its bundle alone in a folder, run by a Node 24 with no modules, with the
 * files that GitHub makes for each step. An input that was not given is empty, as with the runner.
 */
export async function startAction(t: Cleanup): Promise<Action> {
  const folder = await tempFolder(t, 'action');
  const home = join(folder, 'wherry');
  await chmod(folder, 0o755);
  const bundle = join(home, manifest.runs.main);
  await mkdir(dirname(bundle), { recursive: true });
  await writeFile(bundle, (await bundleAction())['action.mjs']);
  if ((await readdir(home)).length !== 1) throw new Error('There is more than the bundle.');
  let steps = 0;
  return {
    async run(inputs, { env, cwd = home, uid, started } = {}) {
      const files = join(folder, `step-${++steps}`);
      await mkdir(files);
      const [output, summary] = [join(files, 'output'), join(files, 'summary')];
      for (const path of [output, summary]) {
        await writeFile(path, '');
        if (uid !== undefined) await chown(path, uid, uid);
      }
      const given = { ...defaults(), ...inputs };
      const child = spawn(process.execPath, [join(home, manifest.runs.main)], {
        cwd,
        uid,
        env: {
          PATH: '/usr/bin:/bin',
          HOME: '/github/home',
          CI: 'true',
          GITHUB_ACTIONS: 'true',
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          ...env,
          ...Object.fromEntries(
            Object.entries(given).map(([name, value]) => [variableOf(name), value]),
          ),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      started?.(child);
      const exit = new Promise<number | string>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, signal) => resolve(code ?? signal ?? ''));
      });
      const [stdout, stderr, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        exit,
      ]);
      return {
        code,
        stdout,
        stderr,
        log: readRunnerLog(stdout),
        outputs: readFileCommands(await readFile(output, 'utf8')),
        summary: await readFile(summary, 'utf8'),
      };
    },
  };
}

function defaults(): Record<string, string> {
  const entries = Object.entries(manifest.inputs);
  return Object.fromEntries(entries.map(([name, input]) => [name, input.default ?? '']));
}

function variableOf(name: string): string {
  return `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
}
