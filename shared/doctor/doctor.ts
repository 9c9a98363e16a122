import { openFolderBucket } from '../bucket/folder/folder.ts';
import type { Location } from '../bucket/open.ts';
import { openS3Probe } from '../bucket/s3/probe.ts';
import { exitCodes } from '../error.ts';
import { openStore } from '../store/store.ts';
import type { Check, CheckedFinding } from './check.ts';
import { folderChecks, s3Checks } from './checks.ts';
import { troubles } from './codes.ts';
import { type ExamineOptions, examine } from './examine.ts';
import type { Setting } from './setting.ts';

/** What doctor is asked. */
export interface DoctorRequest
  extends Pick<Setting, 'program' | 'purpose' | 'settings' | 'openEngine' | 'image'> {
  location: Location;
  /** This machine's name in the fleet; whether it may write its heartbeat is looked at when it is given. */
  host: string | undefined;
  /** What is to be looked at besides. */
  more: Check[];
}

/** Finds out, in order, what keeps a store from being used from here; see docs/doctor.md. */
export function doctor(request: DoctorRequest, options: ExamineOptions): Promise<CheckedFinding[]> {
  return examine([...checksOf(request), ...request.more], options);
}

function checksOf({ location, host = '', ...request }: DoctorRequest): Check[] {
  const setting = { ...request, host, local: {} };
  if (location.kind === 'file') {
    const store = openStore(openFolderBucket(location.path));
    return folderChecks(location.path, { ...setting, store });
  }
  const probe = openS3Probe(location.bucket, location.path, request.settings);
  const store = openStore(probe.bucket);
  return s3Checks({ ...setting, store, location, probe, known: {} }, { heartbeats: host !== '' });
}

/** 0 when all is well or only might be better, else that of the first problem's kind. */
export function exitCodeOfFindings(findings: CheckedFinding[]): number {
  const first = findings.find(({ level }) => level === 'problem');
  if (!first) return 0;
  const kind = first.code === 'OK' || first.code === 'SKIPPED' ? 'FAILED' : troubles[first.code];
  return exitCodes[kind];
}
