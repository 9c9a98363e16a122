import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { families, ports } from './addresses.ts';
import { startCapture } from './capture.ts';
import { configure } from './host.ts';
import { judge } from './judge.ts';
import { startNetwork } from './network.ts';
import { networkMissing } from './requirements.ts';

const missing = await networkMissing();
const skip = missing ? `LEFT OUT: networks, for ${missing}` : false;

suite('what leaves an instance is seen, and what may not is told', { skip }, () => {
  for (const family of families) {
    test(`by ${family}`, async (t) => {
      const network = await startNetwork(t, family);
      const { at, gateway, instance } = network;
      /** Whether something came back, be it that nobody listens. */
      const send = (host: typeof instance, what: string) =>
        configure(host, `timeout 5 bash -c 'echo > /dev/${what}' 2>&1 || true`);
      const unreachable = /Network is unreachable/;
      assert.match(await send(instance, `udp/${at.elsewhere}/53`), unreachable);
      assert.match(await send(instance, `tcp/${at.ci}/22`), unreachable);

      const capture = await startCapture(t, network);
      const refused = /Connection refused/;
      assert.match(await send(gateway, `tcp/${at.instance}/${ports.service}`), refused);
      assert.match(await send(instance, `tcp/${at.bucket}/${ports.s3}`), refused);
      assert.match(await send(instance, `tcp/${at.metadata}/80`), refused);
      assert.match(await send(instance, `tcp/${at.gateway}/80`), refused);
      assert.match(await send(instance, `tcp/${at.bucket}/22`), refused);
      await configure(instance, `ip route add default via ${at.router}`);
      await send(instance, `udp/${at.elsewhere}/53`);

      const { sent, forbidden } = judge(await capture.stop(), at);
      const told = forbidden.map((line) => line.replace(/(?<=from \S+ )\d+/, 'PORT'));
      assert.deepEqual(told, [
        `tcp, a new connection: from ${at.instance} PORT to ${at.gateway} 80`,
        `tcp, a new connection: from ${at.instance} PORT to ${at.bucket} 22`,
        `udp: from ${at.instance} PORT to ${at.elsewhere} 53`,
      ]);
      const { neighbours, ...beyond } = sent;
      assert.deepEqual(beyond, { bucket: 1, answer: 1, metadata: 1, names: 0 });
      assert.ok(neighbours > 0);
    });
  }
});
