import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Check } from '../../shared/doctor/check.ts';
import { type Finding, ok, problem, skipped, warning } from '../../shared/doctor/finding.ts';
import type { Environment } from '../../shared/environment.ts';

const run = promisify(execFile);

const properties = ['LoadState', 'UnitFileState', 'ActiveState', 'SubState', 'Result', 'NRestarts'];

/** Milliseconds that systemctl may take. */
const patience = 4_000;

/** The service that the boot script installs: whether it is there, comes with each boot, and runs. */
export function unitCheck(env: Environment): Check {
  return {
    name: 'systemd',
    needs: [],
    limit: 5_000,
    async run() {
      const args = ['show', 'wherry-agent', `--property=${properties.join(',')}`];
      const options = { env: { ...env }, timeout: patience };
      const said = await run('systemctl', args, options).catch(() => undefined);
      if (!said) return [skipped('This machine does not run systemd.')];
      const unit = new Map(said.stdout.split('\n').map((line) => splitAt(line, '=')));
      return judge((name) => unit.get(name) ?? '');
    },
  };
}

function judge(property: (name: string) => string): Finding[] {
  if (property('LoadState') === 'not-found') return [unitMissing];
  const state = property('ActiveState');
  const enabled = /^(?:enabled|linked|static|alias)/.test(property('UnitFileState'));
  const running = state === 'active' || state === 'activating' || state === 'reloading';
  const restarts = Number(property('NRestarts'));
  const findings = [
    ...(running && property('SubState') !== 'auto-restart' ? [] : [stopped(property)]),
    ...(enabled ? [] : [disabled]),
  ];
  if (findings.length > 0) return findings;
  const again = restarts > 0 ? `; systemd has started it again ${restarts} times` : '';
  return [ok(`The service wherry-agent is ${state}, and comes with each boot${again}.`)];
}

function splitAt(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + separator.length)];
}

const unitMissing = warning(
  'UNIT_MISSING',
  'The service wherry-agent is not installed: nothing here follows a tag by itself.',
  'Boot the machine with what "wherry user-data --image NAME:TAG" prints, or run that script as root.',
);

function stopped(property: (name: string) => string): Finding {
  const [state, sub, result] = ['ActiveState', 'SubState', 'Result'].map(property);
  return problem(
    'UNIT_STOPPED',
    `The service wherry-agent does not run: it is ${state} (${sub}, ${result}).`,
    'See why with "journalctl -u wherry-agent -e", then "systemctl restart wherry-agent".',
  );
}

const disabled = warning(
  'UNIT_DISABLED',
  'The service wherry-agent does not come with the next boot.',
  'Run "systemctl enable wherry-agent".',
);
