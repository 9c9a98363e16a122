import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  attribute,
  equals,
  ref,
  sub,
  when,
} from '../../cli/templates/cloudformation/intrinsics.ts';
import { type Resource, template } from '../../cli/templates/cloudformation/template.ts';
import { readTemplate } from '../support/templates/long-form.ts';
import { wrongReferences } from '../support/templates/references.ts';

const parameter = { Type: 'String', Description: 'A parameter' };

function withProperties(Properties: Resource['Properties'], more: Partial<Resource> = {}) {
  return template('A template', {
    Parameters: { Given: parameter },
    Conditions: { IsGiven: equals(ref('Given'), 'yes') },
    Resources: { Thing: { Type: 'A::B::C', Condition: 'IsGiven', ...more, Properties } },
  });
}

test('a reference of any kind that leads nowhere is found', () => {
  const cases: [Resource['Properties'], Partial<Resource>?][] = [
    [{ a: ref('Gone') }],
    [{ a: [{ b: attribute('Gone', 'Arn') }] }],
    [{ a: sub(`arn:\${AWS::Region}:\${Gone}`) }],
    [{ a: sub(`x/\${Gone.Arn}`) }],
    [{ a: when('Gone', 1) }],
    [{}, { Condition: 'Gone' }],
    [{}, { DependsOn: ['Gone'] }],
  ];
  for (const [properties, more] of cases) {
    const { dangling } = wrongReferences(withProperties(properties, more));
    assert.deepEqual(dangling, ['Gone'], JSON.stringify([properties, more]));
  }
  assert.deepEqual(wrongReferences(withProperties({ a: attribute('Given', 'Arn') })).dangling, [
    'Given',
  ]);
});

test('what is there is none, and what is never named is told', () => {
  const fine = withProperties({
    a: sub(`\${Given} \${Thing.Arn} \${AWS::AccountId}`),
    b: ref('Thing'),
  });
  assert.deepEqual(wrongReferences(fine), { dangling: [], unused: [] });
  const { unused } = wrongReferences(template('A template', { Parameters: { Given: parameter } }));
  assert.deepEqual(unused, ['Given']);
});

test('the short form of a function is read as the long one', () => {
  const text = `a: !Sub \${A.B}\nb: !If [C, !Ref D, !GetAtt E.F.G]\nc:\n  Fn::Base64: !Join ["", [x]]\n`;
  assert.deepEqual(readTemplate(text), {
    a: { 'Fn::Sub': `\${A.B}` },
    b: { 'Fn::If': ['C', { Ref: 'D' }, { 'Fn::GetAtt': ['E', 'F.G'] }] },
    c: { 'Fn::Base64': { 'Fn::Join': ['', ['x']] } },
  });
});

test('two pieces with a name in common are refused', () => {
  const piece = { Parameters: { Given: parameter } };
  assert.throws(() => template('A template', piece, piece), TypeError);
});
