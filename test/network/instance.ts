import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { bootRoot } from '../boot/roots.ts';
import { startDockerEngine } from '../engines/throwaway.ts';
import { type Ended, ended } from '../support/ended.ts';
import type { Cleanup } from '../support/temp.ts';
import { type Host, hostOf } from './host.ts';
import type { Network } from './network.ts';

/** The private instance: a system of its own without Node, with its own engine, which is up. */
export interface Instance {
  host: Host;
  /** Its engine's address on this machine. */
  docker: string;
  /** Runs a command in it to its end, as root, with nothing of this process's environment. */
  run(command: string[], input?: string): Promise<Ended>;
  write(path: string, content: string, mode?: string): Promise<void>;
}

export async function startInstance(t: Cleanup, { at, instance }: Network): Promise<Instance> {
  const engine = await startDockerEngine({
    name: 'instance',
    root: await bootRoot('curl'),
    layered: true,
    network: instance.pid,
    args: ['--host', 'unix:///run/docker.sock'],
  });
  t.after(() => engine.stop());
  const host = hostOf(engine.pid);
  async function run(command: string[], input = ''): Promise<Ended> {
    const [program = '', ...args] = [...host.enter, ...command];
    const child = spawn(program, args, { env: environment, stdio: 'pipe' });
    // A program may end before it has read everything.
    child.stdin.on('error', () => {}).end(input);
    return ended(child);
  }
  async function write(path: string, content: string, mode = '644'): Promise<void> {
    const script = 'mkdir -p "$(dirname "$1")"; cat > "$1"; chmod "$2" "$1"';
    const { code, stderr } = await run(['sh', '-ec', script, 'sh', path, mode], content);
    if (code !== 0) throw new Error(stderr);
  }
  await write('/etc/resolv.conf', `nameserver ${at.resolver}\n`);
  // As cloud-init has it; curl asks for the host's own name when it tells its version.
  await write('/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 ${hostname()}\n`);
  return { host, docker: engine.host, run, write };
}

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
};
