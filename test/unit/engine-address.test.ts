import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../shared/engine/address.ts';

test('a socket or a named pipe is a path', () => {
  assert.deepEqual(parseAddress('unix:///run/user/1000/docker.sock', false), {
    socketPath: '/run/user/1000/docker.sock',
  });
  assert.deepEqual(parseAddress('npipe:////./pipe/docker_engine', true), {
    socketPath: '//./pipe/docker_engine',
  });
});

test('tcp is HTTP or HTTPS, as told', () => {
  assert.deepEqual(parseAddress('tcp://10.0.0.7:4000', false), {
    protocol: 'http',
    host: '10.0.0.7',
    port: 4000,
  });
  assert.deepEqual(parseAddress('tcp://engine.internal', true), {
    protocol: 'https',
    host: 'engine.internal',
    port: 2376,
  });
  assert.deepEqual(parseAddress('tcp://[::1]', false), {
    protocol: 'http',
    host: '[::1]',
    port: 2375,
  });
});

test('http and https say it themselves', () => {
  assert.deepEqual(parseAddress('http://localhost:2375/', true), {
    protocol: 'http',
    host: 'localhost',
    port: 2375,
  });
  assert.deepEqual(parseAddress('https://engine.internal', false), {
    protocol: 'https',
    host: 'engine.internal',
    port: 443,
  });
});

for (const url of ['', 'unix://', 'tcp://', 'docker.sock', 'ftp://x', 'tcp://x:2375/prefix']) {
  test(`"${url}" is refused`, () => {
    assert.throws(() => parseAddress(url, false), { code: 'USAGE', side: 'local' });
  });
}

test('ssh is refused with a way around it', () => {
  assert.throws(() => parseAddress('ssh://me@build', false), {
    code: 'USAGE',
    hint: /ssh -nNT -L/,
  });
});
