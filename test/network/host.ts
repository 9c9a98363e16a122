import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIsolated } from '../engines/isolated.ts';
import { runFolder } from '../engines/run-folder.ts';
import { succeed } from '../engines/shell.ts';
import type { Cleanup } from '../support/temp.ts';

export interface Host {
  /** Of its first process, with which its network ends, and all that runs there. */
  pid: number;
  /** What a command begins with that runs there. */
  enter: string[];
}

/**
 * A host with a network of its own and the files of this machine. Its namespaces have no names: they are
 * gone with its processes, which end with the test, however that ends.
 *
 * @param hosts its /etc/hosts
 */
export async function startHost(t: Cleanup, hosts = ''): Promise<Host> {
  const folder = await runFolder('host');
  const command = () => ['sleep', 'infinity'];
  const { pid, exited } = await runIsolated({ folder, network: 'own', command });
  t.after(async () => {
    process.kill(pid, 'SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  });
  const host = hostOf(pid);
  await writeFile(join(folder, 'hosts'), hosts);
  const [program = '', ...args] = host.enter;
  await succeed(program, [...args, 'mount', '--bind', join(folder, 'hosts'), '/etc/hosts']);
  await configure(host, 'ip link set lo up');
  return host;
}

export function hostOf(pid: number): Host {
  return { pid, enter: ['nsenter', '--target', `${pid}`, '--mount', '--pid', '--net'] };
}

/** Runs a shell script on a host's network, with this machine's files. */
export async function configure(host: Host, script: string): Promise<string> {
  return succeed('nsenter', ['--target', `${host.pid}`, '--net', 'sh', '-ec', script]);
}
