import assert from 'node:assert/strict';
import { machine } from 'node:os';
import { suite, test } from 'node:test';
import { closestImage } from '../../shared/image/closest-platform.ts';
import { parseConfig } from '../../shared/image/config.ts';
import { machinePlatform } from '../../shared/image/machine-platform.ts';
import {
  armVariant,
  formatPlatform,
  normalizePlatform,
  parsePlatform,
  readPlatform,
} from '../../shared/image/platform.ts';

suite('the image that a host runs best', () => {
  const cases: [host: string, offered: string[], chosen: string | undefined][] = [
    ['linux/amd64', ['linux/arm64', 'linux/amd64'], 'linux/amd64'],
    ['linux/amd64', ['linux/arm64', 'linux/386'], undefined],
    ['linux/amd64', ['windows/amd64'], undefined],
    ['linux/amd64', ['linux/amd64/v2'], undefined],
    ['linux/amd64/v3', ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4'], 'linux/amd64/v2'],
    ['linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm64'], 'linux/arm/v6'],
    ['linux/arm/v7', ['linux/arm', 'linux/arm/v7'], 'linux/arm/v7'],
    ['linux/arm/v7', ['linux/arm/v6', 'linux/arm'], 'linux/arm'],
    ['linux/arm/v6', ['linux/arm/v7', 'linux/arm/v8'], undefined],
    ['linux/arm', ['linux/arm/v8', 'linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7'],
    ['linux/arm64', ['linux/arm/v7', 'linux/arm/v8', 'linux/arm'], undefined],
    ['linux/arm64', ['linux/arm64/v9'], undefined],
    ['linux/arm64/v9', ['linux/arm64'], 'linux/arm64'],
    ['linux/arm64/v8.2', ['linux/arm64/v8.1', 'linux/arm64/v8.4'], 'linux/arm64/v8.1'],
    ['linux/riscv64', ['linux/riscv64'], 'linux/riscv64'],
    ['linux/riscv64', ['linux/riscv64/rva22u64'], undefined],
    ['linux/arm/odd', ['linux/arm', 'linux/arm/v5'], undefined],
    ['linux/amd64', [], undefined],
  ];
  for (const [host, offered, chosen] of cases) {
    test(`${host} of ${offered.join(', ') || 'none'}: ${chosen ?? 'none'}`, () => {
      for (const order of [offered, offered.toReversed()]) {
        const images = order.map((text) => ({ platform: parsePlatform(text) }));
        const image = closestImage(parsePlatform(host), images);
        assert.equal(image && formatPlatform(image.platform), chosen);
      }
    });
  }
});

suite('a platform in a document', () => {
  const cases: [unknown, string | undefined][] = [
    [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
    [{ os: 'linux', architecture: 'amd64', variant: '' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'aarch64', variant: 'v8' }, 'linux/arm64'],
    // As old BuildKits wrote it.
    [{ os: 'linux', architecture: 'arm64/v8' }, 'linux/arm64'],
    ['linux/arm64', 'linux/arm64'],
    ['linux', undefined],
    [{ os: 'linux' }, undefined],
    [{ os: 'linux', architecture: 'a b' }, undefined],
    [{ os: '', architecture: '' }, undefined],
    [null, undefined],
    [7, undefined],
  ];
  for (const [value, expected] of cases) {
    test(`${JSON.stringify(value)}: ${expected ?? 'none'}`, () => {
      const platform = readPlatform(value);
      assert.equal(platform && formatPlatform(platform), expected);
    });
  }

  test('of a config: Linux on amd64 where it says nothing, an error where it says nonsense', () => {
    const config = (platform: object) =>
      parseConfig(Buffer.from(JSON.stringify({ ...platform, rootfs: { diff_ids: [] } })));
    assert.deepEqual(config({}).platform, { os: 'linux', architecture: 'amd64' });
    assert.deepEqual(config({ architecture: 'arm64' }).platform, {
      os: 'linux',
      architecture: 'arm64',
    });
    assert.throws(() => config({ os: 'a b' }), { code: 'BAD_INPUT' });
  });
});

test('this machine is one that runs what its kernel says', () => {
  const { os, architecture } = machinePlatform();
  assert.equal(os, 'linux');
  assert.equal(normalizePlatform({ os, architecture: machine() }).architecture, architecture);
});

test('of an ARM machine the name tells the variant', () => {
  assert.equal(armVariant('armv7l'), 'v7');
  assert.equal(armVariant('armv6l'), 'v6');
  assert.equal(armVariant('aarch64'), undefined);
});
