import assert from 'node:assert/strict';
import { findingCodes } from '../../../shared/doctor/codes.ts';
import { buildImage } from '../../support/image/build.ts';
import { bytesOf } from '../../support/image/bytes.ts';
import { writeLayout } from '../../support/image/layouts.ts';
import { type RunOptions, run } from '../../support/program.ts';

type Env = Record<string, string | undefined>;

interface Finding {
  check: string;
  code: string;
  level: 'ok' | 'warning' | 'problem' | 'skipped';
  sentence: string;
  remedy?: string;
  policy?: string;
}

export interface Examined {
  code: number | string;
  findings: Finding[];
  /** All that it says with --json. */
  // biome-ignore lint/suspicious/noExplicitAny: of whatever shape the part is
  document: any;
  stderr: string;
  seconds: number;
}

/** Runs the real doctor with --json. Promote is for whom no engine matters. */
export async function examine(
  program: 'wherry' | 'wherry-agent',
  args: string[],
  env: Env,
  options: Omit<RunOptions, 'env'> = {},
): Promise<Examined> {
  const began = Date.now();
  const result = await run(program, ['doctor', '--json', ...args], { ...options, env });
  const { code, stderr } = result;
  assert.doesNotMatch(stderr, /\n\s+at /, 'a stack trace');
  const document = result.json();
  const { findings, well } = document;
  assert.ok(Array.isArray(findings), result.stdout + stderr);
  assert.equal(well, code === 0, stderr);
  return { code, findings, document, stderr, seconds: (Date.now() - began) / 1000 };
}

export const doctor = (env: Env, options?: Omit<RunOptions, 'env'>) =>
  examine('wherry', ['--for', 'promote'], env, options);

/** That this is the first thing found wrong; with its exit code, and a remedy. @returns the finding */
export function assertFound({ code, findings, stderr }: Examined, trouble: string, exit: number) {
  const troubles = findings.filter(({ level }) => level === 'problem' || level === 'warning');
  const shown = `${JSON.stringify(findings, null, 1)}\n${stderr}`;
  assert.equal(troubles[0]?.code, trouble, shown);
  assert.equal(code, exit, shown);
  const finding = troubles[0] as Finding;
  assert.match(finding.remedy ?? '', /\w.*\.$/);
  for (const each of findings) assert.ok(findingCodes.includes(each.code as never), each.code);
  return finding;
}

/** That nothing is wrong, not even a little. */
export function assertWell({ code, findings, stderr }: Examined): void {
  const troubles = findings.filter(({ level }) => level === 'problem' || level === 'warning');
  assert.deepEqual(troubles, [], stderr);
  assert.equal(code, 0);
}

const image = await buildImage({ layers: [[{ name: 'a', content: 'a'.repeat(300_000) }]] });
const archive = await bytesOf(await writeLayout({ image, references: ['api:1'] }, 'oci'));

/** Pushes an image as `api:1`, so that there is a store to look at. */
export async function pushSample(env: Env): Promise<void> {
  const { code, stderr } = await run('wherry', ['push', 'api:1', '--input', '-'], {
    env,
    stdin: archive,
  });
  assert.equal(code, 0, stderr);
}
