import { Readable } from 'node:stream';
import { textOption } from '../../shared/command/options.ts';
import type { Invocation, Program } from '../../shared/command/program.ts';
import { flushed, type Host, signalOf } from '../../shared/command/run.ts';
import { exitCodeOf, interrupted, isWherryError } from '../../shared/error.ts';
import { readInvocation } from './invocation.ts';
import { MovedTags } from './moved-tags.ts';
import { workflowReporter } from './reporter.ts';
import { failed, finished, type Step } from './results.ts';
import { secretsIn } from './secrets.ts';
import { workflowLog } from './workflow-log.ts';

/**
 * Runs a command as a step of a GitHub workflow: its inputs from the environment, what it tells as
 * workflow commands on stdout, its results into the files that GitHub names. The exit code is the
 * program's.
 */
export async function runAction(program: Program, host: Host): Promise<void> {
  const { env, stdout } = host;
  const log = workflowLog(stdout);
  // Whoever is not a runner would only show them.
  if (env.GITHUB_ACTIONS === 'true') secretsIn(env).forEach(log.mask);
  const step = { log, env, title: program.name, level: 'info' as const };
  const code = await readInvocation(program, env).then(
    (invocation) => runCommand(program, invocation, host, step),
    (error) => failed(error, undefined, step),
  );
  await flushed(stdout);
  host.exit(code);
}

async function runCommand(
  program: Program,
  { command, args, options }: Invocation,
  host: Host,
  { log, env }: Step,
): Promise<number> {
  const level = textOption(options, 'logLevel') as Step['level'];
  const step = { log, env, title: `${program.name} ${command.name}`, level };
  const render = workflowReporter(step);
  const tags = new MovedTags();
  const signal = signalOf({
    on: (name, listener) => host.on(name, listener),
    // A second signal: the runner is about to kill it.
    exit(code) {
      failed(interrupted(), tags.describe(command), step);
      host.exit(code);
    },
  });
  signal.addEventListener('abort', () => log.text('Interrupted: ending what is under way.'));
  try {
    const outcome = await command.run(args, options, {
      program: program.name,
      version: program.version,
      env,
      stdin: Readable.from([]),
      stdout: host.stdout,
      stderr: host.stderr,
      report(event) {
        tags.see(event);
        render(event);
      },
      signal,
      kill: (pid, name) => host.kill(pid, name),
    });
    return finished(command, outcome, step);
  } catch (error) {
    // What an interrupt broke off may report the breaking off, and not the interrupt.
    const shown = signal.aborted && !isWherryError(error) ? interrupted() : error;
    const code = failed(shown, tags.describe(command), step);
    return signal.aborted ? exitCodeOf(interrupted()) : code;
  }
}
