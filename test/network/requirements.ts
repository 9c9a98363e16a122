import { spawnSync } from 'node:child_process';
import { isInstalled } from '../engines/requirements.ts';

/** iproute2, tcpdump, and what enters the namespaces of another process (util-linux). */
const commands = ['ip', 'tcpdump', 'nsenter', 'setpriv', 'unshare'];

/** Why no network can be made here; undefined when one can. In CI it must be possible. */
export async function networkMissing(): Promise<string | undefined> {
  const missing = await whyNoNetwork();
  if (missing && process.env.CI) throw new Error(`There can be no network here, for ${missing}.`);
  return missing;
}

async function whyNoNetwork(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'want of root';
  for (const command of commands) {
    if (!(await isInstalled(command))) return `want of ${command}; run ./test/run`;
  }
  const cable = 'ip link add one type veth peer name other && ip addr add 2001:db8::1/128 dev one';
  const { status, stderr } = spawnSync('unshare', ['--net', 'sh', '-c', cable], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `want of namespaces with veth and IPv6: ${stderr.trim()}`;
}
