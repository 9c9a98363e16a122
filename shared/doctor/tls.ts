import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import { isAws } from '../partition.ts';
import { hostOf, portOf } from './address.ts';
import type { Check } from './check.ts';
import { type Finding, ok, problem, skipped, warning } from './finding.ts';
import { found, type S3Setting } from './setting.ts';

/** Milliseconds for the handshake. */
const patience = 5_000;

/** Whether the server speaks TLS, and shows a certificate that is trusted here. */
export function tlsCheck({ known }: S3Setting): Check {
  return {
    name: 'tls',
    needs: ['route'],
    limit: 7_000,
    async run() {
      const address = found(known.address);
      if (address.protocol === 'http:') {
        return [skipped('The endpoint is one of plain HTTP: there is no certificate to look at.')];
      }
      const host = hostOf(address);
      const shake = await handshake(host, portOf(address));
      if ('certificate' in shake) return [trusted(host, shake.certificate)];
      return [untrusted(host, shake)];
    },
  };
}

type Handshake = { certificate: PeerCertificate } | { code: string; message: string };

function handshake(host: string, port: number): Promise<Handshake> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      timeout: patience,
      ...(isIP(host) ? {} : { servername: host }),
    });
    const end = (result: Handshake) => {
      socket.destroy();
      resolve(result);
    };
    socket
      .on('secureConnect', () => end({ certificate: socket.getPeerCertificate() }))
      .on('timeout', () => end({ code: 'ETIMEDOUT', message: 'it does not answer' }))
      .on('error', ({ code = '', message }: NodeJS.ErrnoException) => end({ code, message }));
  });
}

function trusted(host: string, { issuer }: PeerCertificate): Finding {
  const by = nameOf(issuer);
  if (!isAws(host) || /amazon/i.test(by)) {
    return ok(`The certificate of ${host} is trusted; it is of ${by}.`);
  }
  return warning(
    'TLS_INTERCEPTED',
    `The certificate of ${host} is of ${by}, not of Amazon: something in between reads along.`,
    'Have S3 left out of TLS inspection, or reach it through a gateway endpoint.',
  );
}

function untrusted(host: string, { code, message }: { code: string; message: string }): Finding {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return problem(
      'TLS_WRONG_NAME',
      `The certificate that ${host} shows is for other names.`,
      'Use the name that the certificate has in --endpoint-url; see whether a proxy is in between.',
    );
  }
  if (/^(?:EPROTO|ERR_SSL_|ETIMEDOUT|ECONNRESET)/.test(code)) {
    return problem(
      'TLS_ABSENT',
      `${host} does not speak TLS on that port (${code || message}).`,
      'Write http:// in --endpoint-url if the server has no TLS, else name its port of HTTPS.',
    );
  }
  return problem(
    'TLS_UNTRUSTED',
    `The certificate of ${host} is not trusted: ${message.replace(/[.;].*$/s, '')} (${code}).`,
    'Set NODE_EXTRA_CA_CERTS to the certificate of the authority, if it is yours; when it has expired, ' +
      'check the clock. A proxy in between shows certificates of its own.',
  );
}

function nameOf({ O, CN }: { O?: string | string[]; CN?: string | string[] } = {}): string {
  return [O ?? CN ?? 'nobody'].flat().join(', ');
}
