/** HTTPS before S3, by names of AWS, with a certificate of somebody else. */
import { startTlsFront } from '../../support/tls-front.ts';
import { readOptions, tell } from './tell.ts';

export interface FrontOptions {
  /** Of the server of S3. */
  url: string;
  host: string;
  names: string[];
}

export interface FrontState {
  /** The file with the certificate of the authority. */
  authority: string;
}

const { url, host, names } = readOptions<FrontOptions>();
const cleanup = { after: (work: () => unknown) => void process.on('disconnect', work) };
const front = await startTlsFront(cleanup, url, { names, host, port: 443 });
tell((): FrontState => ({ authority: front.authority }));
