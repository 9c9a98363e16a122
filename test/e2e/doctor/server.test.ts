import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { suite, test } from 'node:test';
import { listenOn } from '../../support/listen.ts';
import { startTestS3 } from '../../support/s3.ts';
import { startTlsFront } from '../../support/tls-front.ts';
import { assertFound, assertWell, doctor, examine } from './examine.ts';

const store = { WHERRY_STORE: 's3://images/team' };

suite('doctor, where the server is not what it should be', { concurrency: 2 }, () => {
  test('PORT_CLOSED, until the endpoint names the right one', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, ...store };
    const closed = await doctor({ ...env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    assertFound(closed, 'PORT_CLOSED', 8);
    const skipped = closed.findings.find(({ check }) => check === 'list');
    assert.match(skipped?.sentence ?? '', /"route" has to be well first/);
    assertWell(await doctor(env));
  });

  test('TLS_ABSENT where plain HTTP is spoken, until the endpoint says http', async (t) => {
    const s3 = await startTestS3(t);
    const url = s3.url.replace('http:', 'https:');
    const env = { ...s3.env, ...store };
    assertFound(await doctor({ ...env, AWS_ENDPOINT_URL: url }), 'TLS_ABSENT', 1);
    assertWell(await doctor(env));
  });

  test('TLS_UNTRUSTED by an unknown authority, until NODE_EXTRA_CA_CERTS names it', async (t) => {
    const s3 = await startTestS3(t);
    const front = await startTlsFront(t, s3.url, { names: ['localhost'] });
    const AWS_ENDPOINT_URL = `https://localhost:${front.port}`;
    const env = { ...s3.env, ...store, AWS_ENDPOINT_URL };
    const finding = assertFound(await doctor(env), 'TLS_UNTRUSTED', 1);
    assert.match(finding.remedy ?? '', /NODE_EXTRA_CA_CERTS/);
    assertWell(await doctor({ ...env, NODE_EXTRA_CA_CERTS: front.authority }));
  });

  test('TLS_WRONG_NAME, until the endpoint has the name of the certificate', async (t) => {
    const s3 = await startTestS3(t);
    const front = await startTlsFront(t, s3.url, { names: ['localhost'] });
    const env = { ...s3.env, ...store, NODE_EXTRA_CA_CERTS: front.authority };
    const byAddress = { ...env, AWS_ENDPOINT_URL: `https://127.0.0.1:${front.port}` };
    assertFound(await doctor(byAddress), 'TLS_WRONG_NAME', 1);
    assertWell(await doctor({ ...env, AWS_ENDPOINT_URL: `https://localhost:${front.port}` }));
  });

  test('ANSWER_MISSING from a server that only listens', async (t) => {
    const s3 = await startTestS3(t, {
      faults: [{ match: { operation: 'HeadBucket' }, action: { type: 'never-answer' } }],
    });
    const env = { ...s3.env, ...store };
    assertFound(await doctor(env), 'ANSWER_MISSING', 8);
    s3.faults.clear();
    assertWell(await doctor(env));
  });

  test('ANSWER_FOREIGN from a login page, until the endpoint is S3', async (t) => {
    const s3 = await startTestS3(t);
    const page = createHttpServer((_, response) => {
      response.writeHead(404, { server: 'captive' }).end('<html>Please sign in</html>');
    });
    const port = await listenOn(t, page);
    const env = { ...s3.env, ...store };
    const shown = await doctor({ ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
    // That it is no S3 is likely; that nothing of it can be read is certain.
    const finding = assertFound(shown, 'ANSWER_FOREIGN', 8);
    assert.match(finding.sentence, /by "captive"/);
    assertWell(await doctor(env));
  });

  test('REGION_WRONG, until it is the one that the remedy names', async (t) => {
    const s3 = await startTestS3(t, { buckets: [{ name: 'images', region: 'eu-central-1' }] });
    const env = { ...s3.env, ...store };
    const finding = assertFound(await doctor(env), 'REGION_WRONG', 2);
    const region = /--region (\S+?),/.exec(finding.remedy ?? '')?.[1];
    assertWell(await doctor({ ...env, AWS_REGION: region }));
  });

  test('ENDPOINT_WRONG for a region that cannot be one, and nothing else is tried', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, ...store };
    const examined = await examine('wherry', ['--for', 'promote', '--region', 'eu west 1'], env);
    assertFound(examined, 'ENDPOINT_WRONG', 2);
    const troubles = examined.findings.filter(({ level }) => !['ok', 'skipped'].includes(level));
    assert.deepEqual(
      troubles.map(({ code }) => code),
      ['ENDPOINT_WRONG'],
    );
    assertWell(await doctor(env));
  });

  test('REGION_UNKNOWN, until --region tells it', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, ...store };
    const unknown = { ...env, AWS_ENDPOINT_URL: undefined, AWS_REGION: undefined };
    assertFound(await doctor(unknown), 'REGION_UNKNOWN', 2);
    assertWell(await doctor({ ...unknown, AWS_ENDPOINT_URL: s3.url, AWS_REGION: 'us-east-1' }));
  });

  test('BUCKET_MISSING, until the store names one that is there', async (t) => {
    const s3 = await startTestS3(t);
    assertFound(await doctor({ ...s3.env, WHERRY_STORE: 's3://gone' }), 'BUCKET_MISSING', 3);
    assertWell(await doctor({ ...s3.env, ...store }));
  });

  test('CLOCK_WRONG: a problem beyond what S3 takes, a warning before', async (t) => {
    const s3 = await startTestS3(t, { clockOffset: -3 * 3_600_000 });
    const env = { ...s3.env, ...store };
    const finding = assertFound(await doctor(env), 'CLOCK_WRONG', 8);
    assert.match(finding.sentence, /is 2 hours ahead: S3 refuses|is 3 hours ahead: S3 refuses/);
    s3.clock.offset = 5 * 60_000;
    const slight = assertFound(await doctor(env), 'CLOCK_WRONG', 0);
    assert.match(slight.sentence, /is (?:4|5) minutes behind\.$/);
    s3.clock.offset = 0;
    assertWell(await doctor(env));
  });

  test('PROXY_UNUSED: S3 is asked all the same; NO_PROXY makes it well', async (t) => {
    const s3 = await startTestS3(t);
    const env = { ...s3.env, ...store, http_proxy: 'http://127.0.0.1:1' };
    const finding = assertFound(await doctor(env), 'PROXY_UNUSED', 0);
    assert.match(finding.remedy ?? '', /Unset http_proxy, or add 127\.0\.0\.1 to NO_PROXY/);
    assertWell(await doctor({ ...env, NO_PROXY: 'localhost,127.0.0.1' }));
  });
});
