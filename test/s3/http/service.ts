import type { Credential } from '../auth/credentials.ts';
import type { PermissionSettings } from '../auth/permissions.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults/rules.ts';
import type { RequestLog } from '../request-log.ts';
import type { Storage } from '../storage/storage.ts';
import type { Admission } from './admission.ts';
import type { Conditions } from './conditions.ts';

/** What all exchanges of a server share. */
export interface Service {
  storage: Storage;
  credentials: readonly Credential[];
  region: string;
  clock: Clock;
  permissions: PermissionSettings;
  faults: Faults;
  conditions: Conditions;
  admission: Admission;
  requests: RequestLog;
}
