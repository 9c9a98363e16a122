import { spawn } from 'node:child_process';
import { serviceLog, serviceStandIn } from '../boot/systemctl.ts';
import { type LogLines, readLog } from '../support/log-lines.ts';
import { type Cleanup, tempFolder } from '../support/temp.ts';
import { type Family, hostOfUrl, ports } from './addresses.ts';
import { type Capture, startCapture } from './capture.ts';
import { type Ci, startCi } from './ci.ts';
import { carefulDeployScript } from './deploy.ts';
import { configure } from './host.ts';
import { type Instance, startInstance } from './instance.ts';
import { type Network, startNetwork } from './network.ts';
import type { BucketOptions } from './programs/bucket.ts';
import type { GatewayState } from './programs/gateway.ts';
import type { VpcState } from './programs/vpc.ts';
import { type Service, startService } from './service.ts';

/** All that is there before the first boot. */
export interface Scene {
  network: Network;
  ci: Ci;
  /** Has a machine image with Docker, and the operator's script that deploys. */
  instance: Instance;
  vpc: Service<VpcState>;
  gateway: Service<GatewayState>;
  /** Of all that the instance sends, from before it has sent anything. */
  capture: Capture;
  /** What the instance's service says. */
  log: LogLines;
  /** Packets that the instance could not send for want of a route, by the kernel's own count. */
  unroutable(): Promise<number>;
}

export async function startScene(t: Cleanup, family: Family): Promise<Scene> {
  const network = await startNetwork(t, family);
  const { at } = network;
  const capture = await startCapture(t, network);
  const bucket: BucketOptions = { folder: await tempFolder(t, 's3'), host: at.bucket };
  const [vpc, ci, instance] = await Promise.all([
    startService<VpcState>(t, network.vpc, 'vpc', at),
    startCi(t, network, family),
    startInstance(t, network),
    startService(t, network.bucket, 'bucket', bucket),
  ]);
  const gateway = await startService<GatewayState>(t, network.gateway, 'gateway', {
    url: `http://${hostOfUrl(at.instance)}:${ports.service}/`,
  });
  await instance.write('/usr/bin/systemctl', serviceStandIn, '755');
  await instance.write('/usr/local/bin/deploy', carefulDeployScript, '755');
  await instance.write(serviceLog, '');
  return {
    ...{ network, ci, instance, vpc, gateway, capture },
    log: followLog(t, instance),
    async unroutable() {
      const text = await configure(network.instance, 'cat /proc/net/snmp /proc/net/snmp6');
      return family === 'IPv4'
        ? outNoRoutes(text)
        : Number(/^Ip6OutNoRoutes\s+(\d+)$/m.exec(text)?.[1]);
    },
  };
}

/** A line of names, and one of numbers (proc_net_snmp(5)). */
function outNoRoutes(text: string): number {
  const [names = [], numbers = []] = text.split('\n').map((line) => line.split(' '));
  return Number(numbers[names.indexOf('OutNoRoutes')]);
}

function followLog(t: Cleanup, { host }: Instance): LogLines {
  const [command = '', ...enter] = host.enter;
  const child = spawn(command, [...enter, 'tail', '--follow', '--lines=+1', serviceLog], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = new Promise<never>((_, reject) => {
    child.on('close', () => reject(new Error('The instance has ended.')));
  });
  return readLog(child.stdout, ended);
}
