import type { Bucket } from '../bucket/bucket.ts';
import type { Report } from '../events.ts';
import { type Agents, openAgents } from './agents.ts';
import { type Contents, openContents } from './contents.ts';
import { type Fleet, openFleet } from './fleet.ts';
import { type Format, openFormat } from './format.ts';
import { openObjects } from './objects.ts';
import { openParts, type Parts } from './parts.ts';
import { openSettings, type StoreSettings } from './settings.ts';
import { openTags, type Tags } from './tags.ts';

/** Images in a bucket: the format of docs/store.md. */
export interface Store extends Contents, Parts, Tags, StoreSettings, Format, Fleet, Agents {
  readonly url: string;
}

export function openStore(bucket: Bucket, report?: Report): Store {
  const objects = openObjects(bucket, report);
  const settings = openSettings(objects);
  return {
    url: bucket.url,
    ...openContents(objects),
    ...openParts(objects),
    ...openTags(objects, settings, report),
    ...settings,
    ...openFormat(objects),
    ...openFleet(objects),
    ...openAgents(objects),
  };
}
