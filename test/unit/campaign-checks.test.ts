import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Digest, digestOf } from '../../shared/digest.ts';
import type { TagRecord } from '../../shared/store/tag.ts';
import { checkEndings } from '../campaign/check-endings.ts';
import { checkTags } from '../campaign/check-tags.ts';
import { differenceIn } from '../campaign/compare.ts';
import { seenIn } from '../campaign/course.ts';
import { pointerOf } from '../campaign/model.ts';
import type { Outcome, Push } from '../campaign/operation.ts';
import { calm, type Phase } from '../campaign/phase.ts';
import { placeOf } from '../campaign/places.ts';
import type { Setting } from '../campaign/setting.ts';
import { buildImage } from '../support/image/build.ts';
import { bytesOf } from '../support/image/bytes.ts';
import { writeLayout } from '../support/image/layouts.ts';

const image = await buildImage({ layers: [[{ name: 'a', content: 'a' }]] });
const digest = digestOf(image.manifest);
const other = digestOf(Buffer.from('other'));

const place = placeOf('app:1', 'staging');
const setting = { stores: {} } as Setting;

type Change = Partial<TagRecord> & { digest: Digest };

/** A line through these changes, of which each digest is what operation 0 pushed. */
function line(...changes: (Digest | Change)[]): TagRecord[] {
  const records: TagRecord[] = [];
  for (const each of changes) {
    const change = typeof each === 'string' ? { digest: each } : each;
    const sequence = records.length + 1;
    const made = { action: 'push', note: 'operation 0', previous: pointerOf(records) };
    records.push({ sequence, id: `${sequence}`, ...made, ...change } as TagRecord);
  }
  return records;
}

/** What operation 1 pushed. */
const mine: Change = { digest, note: 'operation 1' };
const removed: Change = { digest: other, action: 'remove', note: 'operation 1' };
const backTo = (target: Digest, sequence: number): Change => ({
  digest: target,
  action: 'rollback',
  note: 'operation 1',
  from: { reference: 'app:1', sequence },
});

function outcome(operation: object, code: number | string, changes: Partial<Outcome>): Outcome {
  const common = { number: 1, places: [place], kill: undefined };
  const report = { json: undefined, stderr: 'error (store): why', seconds: 1 };
  return { operation: { ...common, ...operation }, code, ...report, ...changes } as Outcome;
}

function pushed(code: number | string, changes: Partial<Push & Outcome> = {}): Outcome {
  const json = code === 0 ? { digest } : undefined;
  return outcome({ kind: 'push', image, digest, ...changes }, code, { json, ...changes });
}

suite('the rules of the campaign', () => {
  const check = (before: TagRecord[], after: TagRecord[], ...outcomes: Outcome[]) => {
    const courses = [{ place, before, after }];
    return checkTags(courses, outcomes, setting, seenIn(courses)).join();
  };

  test('what a tag may do, and what not', () => {
    assert.equal(check([], line(mine), pushed(0)), '');
    assert.equal(check([], line(mine), pushed('SIGKILL')), '');
    assert.equal(check(line(other), line(other), pushed(8)), '');
    const rival = pushed(8, { digest: other, number: 2 });
    const theirs = { digest: other, note: 'operation 2' };
    assert.equal(check([], line(theirs, mine), pushed(0), rival), '');
    assert.match(check([], [], pushed(0)), /says done, and did not move/);
    assert.match(check([], line(other), pushed(8)), /was made by nobody/);
    assert.match(check([], line({ ...mine, digest: other }), pushed(8)), /not what operation 1/);
    assert.match(check([], line({ ...mine, action: 'promote' }), pushed(0)), /promote by a push/);
    assert.match(check(line(other), line(mine), pushed(0)), /has changed/);
    assert.match(check([], line(mine, other, mine), pushed(0)), /moved app:1 of staging 2 times/);
    assert.match(check([], line(other, mine).slice(1), pushed(0)), /broken at change 1/);
  });

  test('a conflict is over an expectation, and moves nothing', () => {
    const expecting = (code: number, expect: Push['expect']) => pushed(code, { expect });
    assert.equal(check(line(other), line(other), expecting(6, 'none')), '');
    assert.match(check(line(other), line(other, mine), expecting(6, other)), /, and moved/);
    assert.match(check(line(other), line(other), expecting(6, other)), /there is none/);
    assert.match(check(line(other), line(other, mine), expecting(0, 'none')), /not what/);
  });

  test('a removal leaves the tag absent, and what comes next has nothing before', () => {
    const remove = (code: number, changes: Partial<Outcome> = {}) =>
      outcome({ kind: 'remove' }, code, changes);
    const json = { digest: other, sequence: 2, removed: true };
    assert.equal(check(line(other), line(other, removed), remove(0, { json })), '');
    assert.equal(check(line(other, removed), line(other, removed), remove(3)), '');
    assert.match(check(line(other), line(other), remove(3)), /reports not found/);
    assert.match(check(line(other), line(other), remove(0, { json })), /says done/);
    const wrong = { ...mine, previous: other };
    assert.match(check(line(other, removed), line(other, removed, wrong)), /broken at change 3/);
    const stderr = 'error (store): it moved meanwhile. Nothing was done.';
    const moved = line(other, removed);
    assert.match(check(line(other), moved, remove(8, { stderr })), /as it was, and moved it/);
  });

  test('a rollback leads to the change before, and past what was undone', () => {
    const back = (code: number, json?: Outcome['json']) =>
      outcome({ kind: 'rollback', to: undefined }, code, { json });
    const done = (sequence: number) => back(0, { digest: other, sequence, moved: true });
    const two = line(other, digest);
    assert.equal(check(two, line(other, digest, backTo(other, 1)), done(3)), '');
    assert.equal(check(line(other, removed), line(other, removed, backTo(other, 1)), done(3)), '');
    assert.match(
      check(two, line(other, digest, backTo(other, 2)), done(3)),
      /says that it is from/,
    );
    assert.match(check(two, line(other, digest, backTo(other, 1)), done(4)), /reports change 4/);
    const undone = line(other, digest, { ...backTo(other, 1), note: 'operation 0' });
    assert.equal(check(undone, undone, back(3)), '');
    const redone = [...undone, ...line(other, digest, other, backTo(digest, 2)).slice(3)];
    assert.match(check(undone, redone, back(8)), /not what operation 1 had to do/);
  });

  test('a promotion leads to where its source pointed, and says which change that was', () => {
    const source = placeOf('app:0', 'staging');
    const promote = (code: number) =>
      outcome({ kind: 'promote', source }, code, {
        json: code === 0 ? { digest, sequence: 1, moved: true } : undefined,
      });
    const promoted = (after: TagRecord[], code: number) => {
      const courses = [
        { place: source, before: line(digest), after: line(digest) },
        { place, before: [], after },
      ];
      return checkTags(courses, [promote(code)], setting, seenIn(courses)).join();
    };
    const change = (to: Digest, sequence: number): Change => {
      const from = { reference: 'app:0', sequence };
      return { digest: to, action: 'promote', note: 'operation 1', from };
    };
    assert.equal(promoted(line(change(digest, 1)), 0), '');
    assert.equal(promoted([], 8), '');
    assert.match(promoted([], 3), /there is none/);
    assert.match(promoted([], 6), /there is none/);
    assert.match(promoted(line(change(other, 1)), 8), /not what operation 1 had to do/);
    assert.match(promoted(line(change(digest, 2)), 0), /differs from what it was made of/);
    const there = line(other, { digest: other, action: 'remove' });
    const courses = [
      { place: source, before: line(digest), after: line(digest) },
      { place, before: [], after: line(other, there[1] as Change, change(digest, 1)) },
    ];
    const planned = (last: object) => {
      const json = { digest, sequence: 3, moved: true, plan: last };
      const outcomes = [
        outcome({ kind: 'promote', source }, 0, { json }),
        outcome({ kind: 'push', image, digest: other, number: 0 }, 8, {}),
      ];
      return checkTags(courses, outcomes, setting, seenIn(courses)).join();
    };
    assert.doesNotMatch(planned({ last: { sequence: 2 } }), /planned before another/);
    assert.match(planned({}), /planned before another change of app:1/);
  });

  test('an exit code has to be explained, and no program may hang', () => {
    const endings = (ended: Outcome, phase: Phase) => checkEndings([ended], phase).join();
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
