import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseTagReference } from '../../shared/image/reference.ts';
import { checkTagPattern, matchesTag } from '../../shared/store/tag-pattern.ts';

const matches = (pattern: string, name: string) => matchesTag(pattern, parseTagReference(name));

suite('patterns of tags', () => {
  for (const [pattern, yes, no] of [
    ['api:v1', ['api:v1'], ['api:v10', 'api:V1', 'team/api:v1', 'xapi:v1']],
    ['api:v*', ['api:v1', 'api:v', 'api:v1.2.3-rc'], ['api:1', 'api:xv1', 'team/api:v1']],
    ['api:v?', ['api:v1'], ['api:v', 'api:v12']],
    ['*:release-*', ['api:release-1', 'team/deep/api:release-', 'h:5000/a:release-1'], ['api:rel']],
    ['team/*:*', ['team/api:1', 'team/deep/api:1'], ['team:1', 'api:1', 'ateam/x:1']],
    ['team/**:*', ['team/api:1', 'team/deep/api:1'], ['team:1']],
    ['localhost:5000/api:*', ['localhost:5000/api:1'], ['localhost:5001/api:1', 'api:1']],
    ['a.i:1', ['a.i:1'], ['abi:1']],
  ] as const) {
    test(pattern, () => {
      checkTagPattern(pattern);
      for (const name of yes) assert.ok(matches(pattern, name), name);
      for (const name of no) assert.ok(!matches(pattern, name), name);
    });
  }

  for (const [pattern, why] of [
    ['v*', /not REPOSITORY:TAG/],
    ['', /not REPOSITORY:TAG/],
    ['localhost:5000/api', /not REPOSITORY:TAG/],
    ['api:', /no tag has such a name/],
    [':v*', /no tag has such a name/],
    ['API:v*', /no tag has such a name/],
    ['api:[v]*', /no tag has such a name/],
    ['api:v*@sha256:1', /no tag has such a name/],
    ['docker.io/library/api:v*', /leaves out docker\.io/],
  ] as const) {
    test(`"${pattern}" is refused`, () => {
      assert.throws(() => checkTagPattern(pattern), { code: 'BAD_INPUT', message: why });
    });
  }

  const side = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });

  test('each side matches as a regular expression would', () => {
    const expression = (glob: string) =>
      new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`);
    const property = fc.property(side, side, text, text, (left, right, repository, tag) => {
      const expected = expression(left).test(repository) && expression(right).test(tag);
      assert.equal(matchesTag(`${left}:${right}`, { repository, tag }), expected);
    });
    fc.assert(property, { numRuns: 5000 });
  });

  test('a name matches itself, and whatever of it stars replace', () => {
    const property = fc.property(text, text, fc.nat(12), fc.nat(12), (repository, tag, a, b) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const replaced = `${tag.slice(0, start)}*${tag.slice(end)}`;
      assert.ok(matchesTag(`${repository}:${tag}`, { repository, tag }));
      assert.ok(matchesTag(`${repository}:${replaced}`, { repository, tag }));
      assert.ok(matchesTag('*:*', { repository, tag }));
    });
    fc.assert(property, { numRuns: 2000 });
  });

  // By backtracking it would not end.
  test('a pattern with many stars is no trap', () => {
    assert.ok(!matchesTag(`a:${'*a'.repeat(60)}`, { repository: 'a', tag: `${'a'.repeat(127)}b` }));
  });
});
