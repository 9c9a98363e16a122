import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { openS3Bucket } from '../../../shared/bucket/s3/s3.ts';
import { type Meddle, startMeddler } from '../../support/pass-on.ts';
import { accessKeyId, secretAccessKey, startTestS3 } from '../../support/s3.ts';
import { tempFolder } from '../../support/temp.ts';
import { assertFound, assertWell, doctor, examine, pushSample } from './examine.ts';

/** A store with an image, and what reaches it through a server that meddles. */
async function meddled(t: TestContext, meddle: Meddle) {
  const s3 = await startTestS3(t);
  const env = { ...s3.env, WHERRY_STORE: 's3://images' };
  await pushSample(env);
  const url = await startMeddler(t, s3.url, meddle);
  return { s3, env, through: { ...env, AWS_ENDPOINT_URL: url } };
}

suite('doctor, where the store cannot do what is needed', { concurrency: 2 }, () => {
  test('CONDITIONS_IGNORED for If-None-Match', async (t) => {
    const { env, through } = await meddled(t, ({ method, headers }, response) => {
      if (method !== 'PUT' || headers['if-none-match'] === undefined) return false;
      response.writeHead(200, { etag: '"stored"' }).end();
      return true;
    });
    const found = assertFound(await doctor(through), 'CONDITIONS_IGNORED', 1);
    assert.match(found.sentence, /ignores If-None-Match/);
    assertWell(await doctor(env));
  });

  test('CONDITIONS_IGNORED for If-Match', async (t) => {
    const { env, through } = await meddled(t, ({ method, headers }, response) => {
      if (method !== 'PUT' || headers['if-match'] === undefined) return false;
      response.writeHead(200, { etag: '"stored"' }).end();
      return true;
    });
    const found = assertFound(await doctor(through), 'CONDITIONS_IGNORED', 1);
    assert.match(found.sentence, /ignores If-Match/);
    assertWell(await doctor(env));
  });

  test('RANGES_IGNORED', async (t) => {
    const whole = Buffer.from('{"wherry":1}');
    const { env, through } = await meddled(t, ({ headers }, response) => {
      if (headers.range === undefined) return false;
      response.writeHead(200, { etag: '"whole"', 'content-length': whole.length }).end(whole);
      return true;
    });
    assertFound(await doctor(through), 'RANGES_IGNORED', 1);
    assertWell(await doctor(env));
  });

  test('CHECKSUMS_REFUSED, until they are sent only where they are required', async (t) => {
    const { through } = await meddled(t, ({ method, headers }, response) => {
      const checked = Object.keys(headers).some((name) => /^x-amz-(?:sdk-)?checksum/.test(name));
      if (method !== 'PUT' || !checked) return false;
      const body = '<Error><Code>NotImplemented</Code><Message>Not here</Message></Error>';
      response.writeHead(501, { 'content-type': 'application/xml' }).end(body);
      return true;
    });
    assertFound(await doctor(through), 'CHECKSUMS_REFUSED', 1);
    const bare = { ...through, AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_REQUIRED' };
    assertWell(await doctor(bare));
  });

  test('STORE_FORMAT of another version, until the one before is there again', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, WHERRY_STORE: 's3://images' };
    await pushSample(env);
    const credentials = { accessKeyId, secretAccessKey };
    const settings = { region: 'us-east-1', endpointUrl: s3.url, sockets: 1, env, credentials };
    const bucket = openS3Bucket('images', '', settings);
    const before = await bucket.get('format.json');
    await bucket.put('format.json', Buffer.from('{"wherry":2}'));
    const found = assertFound(await doctor(env), 'STORE_FORMAT', 4);
    assert.match(found.remedy ?? '', /newer wherry/);
    await bucket.put('format.json', before?.bytes ?? Buffer.alloc(0));
    assertWell(await doctor(env));
  });

  test('STORE_FAILING while S3 answers 500', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, WHERRY_STORE: 's3://images' };
    s3.faults.set([
      { match: { operation: 'GetObject' }, action: { type: 'error', code: 'InternalError' } },
    ]);
    assertFound(await doctor(env), 'STORE_FAILING', 8);
    s3.faults.clear();
    assertWell(await doctor(env));
  });

  test('STORE_REFUSES what no other code is for', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, WHERRY_STORE: 's3://images' };
    s3.faults.set([
      {
        match: { operation: 'ListObjectsV2' },
        action: { type: 'error', code: 'InvalidRequest', message: 'No lists here.' },
      },
    ]);
    const found = assertFound(await doctor(env), 'STORE_REFUSES', 1);
    assert.match(found.sentence, /No lists here/);
    s3.faults.clear();
    assertWell(await doctor(env));
  });

  test('FOLDER_MISSING, until the disk is mounted; no AWS is asked for anything', async (t) => {
    const folder = join(await tempFolder(t), 'images');
    const env = { WHERRY_STORE: folder };
    const look = () => examine('wherry', ['--for', 'pull'], env);
    const { remedy } = assertFound(await look(), 'FOLDER_MISSING', 3);
    assert.match(remedy ?? '', /s3:\/\/bucket/);
    await mkdir(folder);
    const { findings } = await look();
    assert.deepEqual(
      findings.map(({ check }) => check),
      ['read', 'format', 'image', 'engine', 'disk'],
    );
    assert.equal(findings[0]?.level, 'ok');
    assertWell(await doctor(env));
  });

  test('IMAGE_MISSING is a warning where nothing is there, as with a wrong prefix', async (t) => {
    const { env } = await startTestS3(t);
    await pushSample({ ...env, WHERRY_STORE: 's3://images/team' });
    const look = async (WHERRY_STORE: string) => {
      const { findings } = await examine('wherry', ['--for', 'pull'], { ...env, WHERRY_STORE });
      return findings.find(({ check }) => check === 'image');
    };
    const missing = await look('s3://images/teem');
    assert.equal(missing?.code, 'IMAGE_MISSING');
    assert.equal(missing?.level, 'warning');
    assert.match(missing?.sentence ?? '', /s3:\/\/images\/teem/);
    assert.equal((await look('s3://images/team'))?.level, 'ok');
  });

  test('FOLDER_DENIED where a file is in its place', async (t) => {
    const file = join(await tempFolder(t), 'images');
    await writeFile(file, '');
    assertFound(await doctor({ WHERRY_STORE: file }), 'FOLDER_DENIED', 5);
  });
});
