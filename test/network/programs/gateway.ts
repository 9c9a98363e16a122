/** What stands between the world and the service: asks it again and again. */
import { startProbe } from '../../support/probe.ts';
import { readOptions, tell } from './tell.ts';

export interface GatewayState {
  /** Each answer that differs from the one before. */
  answers: string[];
  /** How many questions were not answered. */
  missed: number;
}

const { url } = readOptions<{ url: string }>();
const probe = startProbe(url, { pause: 50, heard: () => send() });
const send = tell((): GatewayState => ({ answers: probe.answers, missed: probe.missed }));
