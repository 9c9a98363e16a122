import { answerCheck } from './answer.ts';
import type { Check } from './check.ts';
import { clockCheck } from './clock.ts';
import { conditionsCheck } from './conditions.ts';
import { credentialsCheck } from './credentials.ts';
import { diskCheck } from './disk.ts';
import { endpointCheck } from './endpoint.ts';
import { engineCheck } from './engine.ts';
import { folderCheck } from './folder.ts';
import { formatCheck } from './format.ts';
import { heartbeatCheck } from './heartbeat.ts';
import { imageCheck } from './image.ts';
import { listCheck } from './list.ts';
import { nameCheck } from './name.ts';
import { proxyCheck } from './proxy.ts';
import { rangesCheck } from './ranges.ts';
import { readCheck } from './read.ts';
import { regionCheck } from './region.ts';
import { routeCheck } from './route.ts';
import type { S3Setting, Setting } from './setting.ts';
import { signedCheck } from './signed.ts';
import { tlsCheck } from './tls.ts';
import { writeCheck } from './write.ts';
import { writeTagCheck } from './write-tag.ts';

/** From the network up to what the credentials may do. */
export function s3Checks(setting: S3Setting, { heartbeats }: { heartbeats: boolean }): Check[] {
  return [
    endpointCheck(setting),
    nameCheck(setting),
    proxyCheck(setting),
    routeCheck(setting),
    tlsCheck(setting),
    answerCheck(setting),
    regionCheck(setting),
    clockCheck(setting),
    credentialsCheck(setting),
    signedCheck(setting),
    listCheck(setting),
    readCheck(setting),
    ...(setting.purpose === 'pull' ? [] : writingChecks(setting)),
    ...(heartbeats ? [heartbeatCheck(setting)] : []),
    rangesCheck(setting),
    ...storeChecks(setting),
  ];
}

function writingChecks(setting: S3Setting): Check[] {
  return [writeCheck(setting), writeTagCheck(setting), conditionsCheck(setting)];
}

export function folderChecks(path: string, setting: Setting): Check[] {
  return [folderCheck(path, setting.purpose), ...storeChecks(setting)];
}

/** What is looked at wherever the store is. To promote, no engine is needed. */
function storeChecks(setting: Setting): Check[] {
  const pulls = setting.purpose === 'pull';
  return [
    formatCheck(setting),
    ...(pulls ? [imageCheck(setting)] : []),
    ...(setting.purpose === 'promote' ? [] : [engineCheck(setting)]),
    ...(pulls ? [diskCheck(setting)] : []),
  ];
}
