import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { variable } from '../../cli/templates/cloudformation/intrinsics.ts';
import type { Template } from '../../cli/templates/cloudformation/template.ts';
import { leftOut } from '../support/left-out.ts';
import { tempFolder } from '../support/temp.ts';
import { propertiesOf } from '../support/templates/evaluate.ts';
import { readTemplate } from '../support/templates/long-form.ts';
import { startPrinter, variations } from '../support/templates/print.ts';

suite('of what wherry template prints', async () => {
  const { yaml } = await startPrinter({ after });

  test('cfn-lint finds nothing, in any of them', { skip: leftOut('cfn-lint') }, async (t) => {
    const folder = await tempFolder(t);
    for (const [index, args] of variations.entries()) {
      await writeFile(join(folder, `${index}.yaml`), await yaml(args));
    }
    const files = variations.map((_args, index) => `${index}.yaml`);
    const { stdout } = await promisify(execFile)('cfn-lint', files, { cwd: folder });
    assert.equal(stdout, '');
  });

  test('shellcheck takes the NAT instance\u2019s script', {
    skip: leftOut('shellcheck'),
  }, async (t) => {
    const template = readTemplate(await yaml(['private-service', '--image', 'api'])) as Template;
    const { UserData } = propertiesOf(template, 'NatInstance');
    const path = join(await tempFolder(t), 'nat.sh');
    const script: string = UserData['Fn::Base64']['Fn::Sub'];
    await writeFile(path, script.replaceAll(variable('VpcCidr'), '10.20.0.0/16'));
    const { stdout } = await promisify(execFile)('shellcheck', ['--norc', path]);
    assert.equal(stdout, '');
  });
});
