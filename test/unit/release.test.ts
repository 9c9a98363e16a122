import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { changelogSection } from '../../build/release/changelog.ts';
import { gatherRelease } from '../../build/release/files.ts';
import { planRelease } from '../../build/release/plan.ts';
import { readAgentFolder } from '../../cli/boot/agent-folder.ts';
import { version } from '../../shared/version.ts';
import { agentFolder } from '../support/agent-folder.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';

const root = join(import.meta.dirname, '../..');
const changelog = `# Changelog

## Unreleased

### Added

- Something new.

## [1.10.0] - 2026-11-23

- Ten.

## 1.1.0 - 2026-01-02

### Fixed

- One.
`;
const input = { version: '1.10.0', tag: 'v1.10.0', changelog, tags: ['v1', 'v1.1.0', 'v1.10.0'] };

suite('the section of a version', () => {
  test('is what stands below its heading', () => {
    assert.equal(changelogSection(changelog, '1.10.0'), '- Ten.');
    assert.equal(changelogSection(changelog, '1.1.0'), '### Fixed\n\n- One.');
    assert.equal(changelogSection(changelog, 'Unreleased'), '### Added\n\n- Something new.');
  });

  test('is none of another version, and needs a date', () => {
    assert.equal(changelogSection(changelog, '1.1'), undefined);
    assert.equal(changelogSection(changelog, '1.10.00'), undefined);
    assert.equal(changelogSection('## 2.0.0\n\n- Two.\n', '2.0.0'), undefined);
    assert.equal(changelogSection('## 2x0x0 - 2026-01-01\n\n- Two.\n', '2.0.0'), undefined);
  });
});

suite('the plan of a release', () => {
  test('of the newest version moves the major version and is what npm installs', () => {
    assert.deepEqual(planRelease(input), {
      version: '1.10.0',
      major: 'v1',
      prerelease: false,
      newest: true,
      npmTag: 'latest',
      notes: '- Ten.',
    });
  });

  test('of an older line, or of a pre-release, moves nothing', () => {
    const older = planRelease({ ...input, tags: [...input.tags, 'v1.11.0'] });
    assert.deepEqual([older.newest, older.npmTag], [false, 'maintenance']);
    const beside = planRelease({ ...input, tags: [...input.tags, 'v2.0.0-rc.1', 'v1.9.9'] });
    assert.equal(beside.newest, true);
    const candidate = planRelease({
      version: '2.0.0-rc.1',
      tag: 'v2.0.0-rc.1',
      changelog: '## 2.0.0-rc.1 - 2026-12-01\n\n- Soon.\n',
      tags: ['v2.0.0-rc.1'],
    });
    const { newest, npmTag, prerelease } = candidate;
    assert.deepEqual([newest, npmTag, prerelease], [false, 'next', true]);
  });

  test('is refused when tag, package.json and changelog are not about one version', () => {
    for (const [change, message] of [
      [{ tag: 'v1.10.1' }, /tag is v1\.10\.1.*package\.json has 1\.10\.0/],
      [{ tag: '1.10.0' }, /must be v1\.10\.0/],
      [{ tag: 'v3.0.0', version: '3.0.0' }, /CHANGELOG\.md says nothing under "## 3\.0\.0 - /],
      [{ tag: 'v1', version: '1' }, /1, which is no version/],
    ] as const) {
      assert.throws(() => planRelease({ ...input, ...change }), message);
    }
  });

  test('is refused in a clone without the tags, where any version would be the newest', () => {
    assert.throws(() => planRelease({ ...input, tags: [] }), /v1\.10\.0 is not in this clone/);
  });

  test('without a tag takes what is unreleased', () => {
    const { notes } = planRelease({ ...input, version: '2.0.0', tag: undefined });
    assert.equal(notes, '### Added\n\n- Something new.');
  });
});

suite('npm run release', () => {
  const release = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'build/release.ts'), ...args], { encoding: 'utf8' });

  test('plan prints the outputs of a job', () => {
    const { stdout, stderr } = release('plan', '');
    assert.match(
      stdout,
      /^version=.+\nmajor=v\d+\nprerelease=(?:true|false)\nnewest=(?:true|false)\nnpm-tag=\w+\n$/,
      stderr,
    );
    assert.ok(stdout.startsWith(`version=${version}\n`));
    assert.notEqual(release('plan', 'v0.0.0').status, 0);
  });

  test('notes prints what the changelog says', () => {
    const { stdout, stderr } = release('notes');
    assert.match(stdout, /^### \w+\n\n- /, stderr);
  });
});

suite('the files of a release', () => {
  async function parts(t: Cleanup) {
    const { folder: agent } = await agentFolder(t, '1.2.3');
    const packaged = await tempFolder(t, 'packaged');
    await mkdir(join(packaged, 'dist/agent'), { recursive: true });
    const module = 'wherry-agent-1.2.3.mjs';
    await writeFile(join(packaged, 'dist/agent', module), `executable ${module}`);
    await writeFile(join(packaged, 'dist/agent/SHA256SUMS'), 'of the module alone\n');
    await writeFile(join(packaged, 'THIRD-PARTY-NOTICES'), 'Of the package.\n');
    const tarball = join(packaged, 'wherry-1.2.3.tgz');
    await writeFile(tarball, 'packed');
    return { agents: [agent], packaged, tarball, nodeLicense: 'Of Node.\n' };
  }

  test('are those of all builds, with one list of sums, and can be published from there', async (t) => {
    const given = await parts(t);
    const folder = join(await tempFolder(t, 'release'), 'files');
    await gatherRelease(folder, given);
    const names = ['linux-x64', 'linux-x64.xz', 'linux-arm64', 'linux-arm64.xz'];
    assert.deepEqual(
      await readdir(folder).then((files) => files.sort()),
      [
        'SHA256SUMS',
        'THIRD-PARTY-NOTICES',
        ...[...names.map((end) => `wherry-agent-1.2.3-${end}`), 'wherry-agent-1.2.3.mjs'].sort(),
        'wherry-1.2.3.tgz',
      ].sort(),
    );
    const checked = spawnSync('sha256sum', ['--check', 'SHA256SUMS'], { cwd: folder });
    assert.equal(checked.status, 0, `${checked.stderr}`);
    const { version: found, executables, files } = await readAgentFolder(folder);
    assert.deepEqual([found, executables, files.length], ['1.2.3', true, 4]);
    const notices = await readFile(join(folder, 'THIRD-PARTY-NOTICES'), 'utf8');
    assert.match(notices, /^Of the package\.\n.*Node\.js.*Of Node\.\n$/s);
  });

  test('are none when two builds disagree about one', async (t) => {
    const given = await parts(t);
    await appendFile(join(given.packaged, 'dist/agent/wherry-agent-1.2.3.mjs'), '.');
    const folder = join(await tempFolder(t, 'release'), 'files');
    await assert.rejects(gatherRelease(folder, given), /\.mjs is not the .* built elsewhere/);
  });
});
