import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeployed, judge, mayStillDeploy } from '../../cli/fleet/judge.ts';
import { digestOf } from '../../shared/digest.ts';
import { decodeHeartbeat, encodeHeartbeat, type Heartbeat } from '../../shared/store/heartbeat.ts';
import { keys } from '../../shared/store/keys.ts';
import { openStore } from '../../shared/store/store.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import { tagChange } from '../support/tag-change.ts';

const [one, two] = ['one', 'two'].map((name) => digestOf(Buffer.from(name)));
const tag = { repository: 'team/api', tag: 'production' };
const beat: Heartbeat = {
  host: 'web-1',
  time: '2026-11-23T00:00:00.000Z',
  interval: 60,
  digest: two,
  image: one,
  since: '2026-11-22T00:00:00.000Z',
  health: 'healthy',
  activity: 'idle',
  held: undefined,
  agent: '1.0',
  engine: '28.5',
  error: undefined,
  quarantined: undefined,
};

async function record() {
  const digest = two ?? one ?? assert.fail();
  return openStore(memoryBucket()).moveTag(tag, { ...tagChange('any'), digest });
}

test('a heartbeat comes back as it was put, for its tag alone', async () => {
  const bucket = memoryBucket();
  const store = openStore(bucket);
  const trouble = { time: 'then', message: 'bad' };
  const failed = {
    ...beat,
    host: 'web-2',
    error: trouble,
    quarantined: { ...trouble, digest: one ?? assert.fail(), sequence: 3 },
  };
  await store.putHeartbeat(tag, failed);
  await store.putHeartbeat(tag, { ...beat, digest: one });
  await store.putHeartbeat(tag, beat);
  await store.putHeartbeat({ repository: 'team/api', tag: 'production2' }, beat);
  await bucket.put('fleet/team/api:production/broken', Buffer.from('{'));
  await bucket.put('fleet/odd', Buffer.from('{}'));
  const reports = await store.listHeartbeats(tag);
  assert.deepEqual(
    reports.map((report) => report.beat),
    [beat, failed],
  );
  assert.equal((await store.listHeartbeats()).length, 3);
  assert.ok(reports.every(({ reference }) => reference === 'team/api:production'));
  assert.equal(keys.heartbeat(tag, 'web-1'), 'fleet/team/api:production/web-1');
});

test('a heartbeat of whatever bytes is one or none, and never throws', () => {
  for (const text of ['', 'null', '[]', '{"wherry":2}', '7']) {
    assert.equal(decodeHeartbeat('h', Buffer.from(text)), undefined);
  }
  const odd = decodeHeartbeat(
    'h',
    Buffer.from('{"wherry":1,"health":1,"digest":"x","quarantined":{}}'),
  );
  assert.deepEqual(
    [odd?.health, odd?.digest, odd?.quarantined, odd?.host],
    ['unknown', undefined, undefined, 'h'],
  );
  assert.deepEqual(decodeHeartbeat('web-1', encodeHeartbeat(beat)), beat);
});

test('hosts are judged by what their tag points to', async () => {
  const now = Date.parse('2026-11-23T01:00:00Z');
  const current = await record();
  const { sequence } = current;
  const trouble = { time: 'then', message: 'bad' };
  const at = (more: Partial<Heartbeat>, seconds = 0) =>
    judge(
      {
        reference: 'team/api:production',
        seen: new Date(now - seconds * 1000),
        beat: { ...beat, ...more },
      },
      current,
      now,
    );
  const quarantined = { ...trouble, digest: current.digest, sequence };
  const cases: [Partial<Heartbeat>, number, string][] = [
    [{}, 0, 'current'],
    [{ health: 'unknown' }, 0, 'current'],
    [{ health: 'unhealthy' }, 0, 'unhealthy'],
    [{ digest: one }, 0, 'behind'],
    [{ digest: undefined }, 0, 'behind'],
    [{ digest: one, held: 'It failed on web-2' }, 0, 'held'],
    [{ digest: one, quarantined }, 0, 'failed'],
    [{ digest: undefined, quarantined }, 0, 'failed'],
    [{ digest: one, quarantined: { ...quarantined, sequence: sequence - 1 } }, 0, 'behind'],
    [{}, 190, 'current'],
    [{}, 200, 'silent'],
    [{ digest: one, quarantined }, 200, 'silent'],
  ];
  for (const [more, seconds, standing] of cases) {
    assert.equal(at(more, seconds).standing, standing, JSON.stringify(more));
  }
  const [fine, behind, failed, silent] = [
    at({}),
    at({ digest: one }),
    at({ quarantined }),
    at({}, 999),
  ];
  assert.deepEqual([[fine], [fine, silent], [fine, behind], [silent], []].map(isDeployed), [
    true,
    true,
    false,
    false,
    false,
  ]);
  assert.deepEqual([[fine, behind], [], [behind, failed]].map(mayStillDeploy), [true, true, false]);
});
