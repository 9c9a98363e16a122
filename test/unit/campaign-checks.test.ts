import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Digest, digestOf } from '../../shared/digest.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import { checkEndings } from '../campaign/check-endings.ts';
import { checkTag } from '../campaign/check-tags.ts';
import { differenceIn } from '../campaign/compare.ts';
import type { Outcome, Push } from '../campaign/operation.ts';
import { calm, type Phase } from '../campaign/phase.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';

const image = await buildImage({ layers: [[{ name: 'a', content: 'a' }]] });
const digest = digestOf(image.manifest);
const other = digestOf(Buffer.from('other'));

/** A line through these digests, each change with its number for an ID. */
function line(...digests: Digest[]): TagRecord[] {
  return digests.map((each, index) => ({
    sequence: index + 1,
    id: `${index}`,
    digest: each,
    previous: digests[index - 1],
  })) as TagRecord[];
}

function pushed(code: number | string, changes: Partial<Push & Outcome> = {}): Outcome {
  const push = { kind: 'push', number: 1, image, digest, tags: ['app:1'], kill: undefined };
  const operation = { ...push, ...changes } as Push;
  const json = code === 0 ? { digest } : undefined;
  return { operation, code, json, stderr: 'error (store): why', seconds: 1, ...changes } as Outcome;
}

suite('the rules of the campaign', () => {
  const check = (before: TagRecord[], after: TagRecord[], ...outcomes: Outcome[]) =>
    checkTag({ tag: 'app:1', before, after }, outcomes).join();

  test('what a tag may do, and what not', () => {
    assert.equal(check([], line(digest), pushed(0)), '');
    assert.equal(check([], line(digest), pushed('SIGKILL')), '');
    assert.equal(check(line(other), line(other), pushed(8)), '');
    const rival = pushed(8, { digest: other });
    assert.equal(check([], line(digest, other, digest), pushed(0), pushed(0), rival), '');
    assert.match(check([], [], pushed(0)), /says done, and did not move/);
    assert.match(check([], line(other), pushed(8)), /nobody pushed/);
    assert.match(check(line(other), line(digest), pushed(0)), /has changed/);
    assert.match(check(line(other), line(other, digest, digest), pushed(0)), /moved app:1 2 times/);
    assert.match(check([], line(other, digest).slice(1), pushed(0)), /broken at change 1/);
  });

  test('a conflict is over an expectation, and moves nothing', () => {
    const expecting = (code: number, expect: Push['expect']) => pushed(code, { expect });
    assert.equal(check(line(other), line(other), expecting(6, 'none')), '');
    assert.match(check(line(other), line(other, digest), expecting(6, other)), /, and moved/);
    assert.match(check(line(other), line(other), expecting(6, other)), /there is none/);
    assert.match(check(line(other), line(other, digest), expecting(0, 'none')), /in place of/);
  });

  test('an exit code has to be explained, and no program may hang', () => {
    const endings = (outcome: Outcome, phase: Phase) => checkEndings([outcome], phase).join();
    const rule = { action: { type: 'reset' as const } };
    const faults = [{ kind: 'reset before the operation' as const, explains: [8], rule }];
    assert.equal(endings(pushed(0), calm), '');
    assert.equal(endings(pushed(8), { ...calm, faults }), '');
    assert.match(endings(pushed(8), calm), /ended with 8/);
    assert.match(endings(pushed(1), { ...calm, faults }), /ended with 1/);
    assert.match(endings(pushed('SIGKILL'), calm), /ended with SIGKILL/);
    assert.match(endings(pushed(8, { stderr: '' }), { ...calm, faults }), /does not say why/);
    assert.match(endings(pushed('SIGKILL', { hung: true }), calm), /longer than its budget/);
  });

  test('an archive is compared to the last bit', async () => {
    const archive = await bytesOf(await writeLayout({ image, references: ['app:1'] }, 'oci'));
    assert.equal(await differenceIn(archive, image), undefined);
    const layer = await bytesOf(image.layers[0]?.bytes() ?? assert.fail());
    // Its last byte of content: readers of tar verify their headers, but not what is between them.
    const at = archive.indexOf(layer) + layer.lastIndexOf('a');
    const hurt = Buffer.from(archive);
    hurt[at] = (hurt[at] as number) ^ 1;
    assert.equal(await differenceIn(hurt, image), 'layer 1');
  });
});
