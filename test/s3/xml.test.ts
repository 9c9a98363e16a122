import assert from 'node:assert/strict';
import { test } from 'node:test';
import { S3Error } from './errors.ts';
import { childText, readXml } from './xml/read.ts';
import { writeXml } from './xml/write.ts';

test('elements, text, entities and declarations are read', () => {
  const root = readXml(
    '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<A xmlns="urn:x" b=\'1\'>\n <B>x &amp; &#x20AC;&#65;</B><C/><D> y </D></A>\n',
  );
  assert.equal(root.name, 'A');
  assert.deepEqual(
    root.children.map(({ name }) => name),
    ['B', 'C', 'D'],
  );
  assert.equal(childText(root, 'B'), 'x & €A');
  assert.equal(childText(root, 'C'), '');
  assert.equal(childText(root, 'D'), ' y ');
  assert.equal(childText(root, 'E'), undefined);
});

test('what is not well-formed, or more than these documents need, is refused', () => {
  for (const document of [
    '',
    'text',
    '<A>',
    '</A>',
    '<A></B>',
    '<A/><B/>',
    '<A/>text',
    '<A>&unknown;</A>',
    '<A>&amp</A>',
    '<A><!-- x --></A>',
    '<A><![CDATA[x]]></A>',
    '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>',
    '<A b=1/>',
    '<A',
  ]) {
    assert.throws(
      () => readXml(document),
      (error) => error instanceof S3Error && error.code === 'MalformedXML',
      document,
    );
  }
  assert.throws(() => childText(readXml('<A><B>1</B><B>2</B></A>'), 'B'), S3Error);
});

test('what is written can be read', () => {
  const text = '<&>"\' ü€😀 \u0001\r\n';
  const document = writeXml('Root', [
    ['Text', text],
    ['Number', 7],
    ['Nothing', undefined],
    ['List', [['Item', true]]],
  ]).toString();
  assert.match(
    document,
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Root xmlns="http:\/\/s3.amazonaws.com/,
  );
  const root = readXml(document);
  assert.equal(childText(root, 'Text'), text);
  assert.equal(childText(root, 'Number'), '7');
  assert.equal(childText(root, 'Nothing'), undefined);
  assert.equal(root.children.at(-1)?.children[0]?.text, 'true');
});
