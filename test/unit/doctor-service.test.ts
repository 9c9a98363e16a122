import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serviceOptions } from '../../agent/doctor/service.ts';
import { agentUnit } from '../../cli/boot/unit.ts';
import { isWherryError } from '../../shared/error.ts';
import { tempFolder } from '../support/temp.ts';

const place = ['--store', 's3://images/team', '--region', 'eu-west-1', '--dual-stack'];

async function unitWith(t: TestContext, args: string[]): Promise<string> {
  const path = join(await tempFolder(t, 'unit'), 'wherry-agent.service');
  await writeFile(path, agentUnit(args, 300_000));
  return path;
}

test('the store is that of the service, with all that is said of it and nothing else', async (t) => {
  const hook = ['--on-change', 'deploy --store s3://other "$IMAGE"', '--host', 'i-1'];
  const unit = await unitWith(t, ['watch', 'api:1', ...place, ...hook]);
  const { options, words } = (await serviceOptions({}, unit)) ?? {};
  assert.deepEqual(options, {
    store: 's3://images/team',
    region: 'eu-west-1',
    dualStack: true,
    host: 'i-1',
  });
  assert.deepEqual(words, [...place, '--host', 'i-1']);
});

test('what is given wins: an option over that one, a store over all', async (t) => {
  const unit = await unitWith(t, ['watch', 'api:1', ...place]);
  const found = await serviceOptions({ region: 'eu-west-2' }, unit);
  assert.deepEqual(found?.options, { store: 's3://images/team', dualStack: true });
  assert.equal(await serviceOptions({ store: 's3://mine' }, unit), undefined);
});

test('the config file that the service is given counts too', async (t) => {
  const config = join(await tempFolder(t, 'config'), 'agent.json');
  const file = { store: 's3://images', 'endpoint-url': 'http://h:1', images: { 'api:1': {} } };
  await writeFile(config, JSON.stringify(file));
  const unit = await unitWith(t, ['watch', '--config', config]);
  const { words } = (await serviceOptions({}, unit)) ?? {};
  assert.deepEqual(words, ['--store', 's3://images', '--endpoint-url', 'http://h:1']);
});

test('without a service that names a store, it is said where none was found', async (t) => {
  const refused = (unit: string) =>
    assert.rejects(
      serviceOptions({}, unit),
      (error) => isWherryError(error, 'USAGE') && error.message.endsWith(`names one, in ${unit}.`),
    );
  await refused('/nonexistent/unit');
  await refused(await unitWith(t, ['watch', 'api:1', '--region', 'eu-west-1']));
  await refused(await unitWith(t, ['serve', '--store', 's3://images']));
});

test('a service that is told what it does not take is not passed over', async (t) => {
  const store = ['--store', 's3://images'];
  for (const [args, why] of [
    [['watch', 'api:1', '--stor', 's3://images'], /: unknown option '--stor'/],
    [['watch', ...store], /No image is given to watch/],
    [['watch', ...store, '--config', '/nonexistent/file'], /\/nonexistent\/file cannot be read/],
  ] as const) {
    const unit = await unitWith(t, [...args]);
    await assert.rejects(serviceOptions({}, unit), (error) => {
      const { message } = error as Error;
      return isWherryError(error, 'USAGE') && message.includes(unit) && why.test(message);
    });
  }
});
