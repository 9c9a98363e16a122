import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Cleanup } from '../support/temp.ts';
import { configure } from './host.ts';
import { instanceDevice, type Network } from './network.ts';
import { type Packet, readPacket } from './packet.ts';
import { readPcap } from './pcap.ts';

export interface Capture {
  /** Ends it, with all packets that were sent before. Rejects when one was lost, and so not seen. */
  stop(): Promise<Packet[]>;
}

/** Bytes of a packet that are kept: the headers, and little of what is in it. */
const kept = 128;

/** Of the end, which is known by the packet that the network sends to this port: discard (RFC 863). */
const lastPort = 9;

/**
 * Captures all that the instance sends and receives, at the other end of its cable, where nothing on the
 * instance can hide it; from when this resolves. By tcpdump(8), which tells how many packets it lost.
 */
export async function startCapture(t: Cleanup, { at, vpc }: Network): Promise<Capture> {
  const enter = ['nsenter', '--target', `${vpc.pid}`, '--net'];
  const options = ['-U', '--immediate-mode', '-Z', 'root', '--buffer-size', '16384'];
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'KILL', ...enter, 'tcpdump', '-i', instanceDevice, '-w', '-'],
      ...[...options, '--snapshot-length', `${kept}`],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  t.after(() => child.kill('SIGKILL'));
  const said = text(child.stderr);
  const exited = once(child, 'exit');
  const packets: Packet[] = [];
  /** How many were sent before it. */
  const last = Promise.withResolvers<number>();
  const reading = (async () => {
    for await (const frame of readPcap(child.stdout)) {
      const packet = readPacket(frame);
      if (packet.destination === at.instance && packet.destinationPort === lastPort) {
        last.resolve(packets.length);
      }
      packets.push(packet);
    }
    last.reject(new Error(await said));
  })();
  // It writes the file's header once it listens.
  await Promise.race([once(child.stdout, 'readable'), last.promise]);
  return {
    async stop() {
      await configure(vpc, `bash -c 'echo > /dev/udp/${at.instance}/${lastPort}'`);
      const count = await last.promise;
      child.kill('SIGINT');
      await Promise.all([exited, reading]);
      if (!/^0 packets dropped by kernel$/m.test(await said)) throw new Error(await said);
      return packets.slice(0, count);
    },
  };
}
