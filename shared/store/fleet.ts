import { mapAhead } from '../ahead.ts';
import type { Options } from '../bucket/bucket.ts';
import { formatReference, type TagReference } from '../image/reference.ts';
import { decodeHeartbeat, encodeHeartbeat, type Heartbeat } from './heartbeat.ts';
import { hostOfKey, keys } from './keys.ts';
import type { Objects } from './objects.ts';

/** Heartbeats that are read at once. */
const beatsAtOnce = 16;

/** A heartbeat as it is found in a store. */
export interface HostReport {
  /** The tag that it is about. */
  reference: string;
  /** When it came, by the bucket's clock. */
  seen: Date;
  beat: Heartbeat;
}

/** Who runs what. */
export interface Fleet {
  /** Replaces what the host said before. `beat.host` must be fit for a key, see docs/store.md. */
  putHeartbeat(tag: TagReference, beat: Heartbeat, options?: Options): Promise<void>;
  /** Of one tag, or of all; in order of tag and host. */
  listHeartbeats(tag?: TagReference, options?: Options): Promise<HostReport[]>;
}

export function openFleet(objects: Objects): Fleet {
  return {
    putHeartbeat: (tag, beat, options) =>
      objects.overwrite(keys.heartbeat(tag, beat.host), encodeHeartbeat(beat), options),

    async listHeartbeats(tag, options) {
      const reports: HostReport[] = [];
      const infos = objects.infosBelow(keys.fleet(tag), options);
      const found = mapAhead(infos, beatsAtOnce, async ({ key, modified }) => {
        const place = hostOfKey(key);
        if (!place) return undefined;
        const decode = (bytes: Buffer) => decodeHeartbeat(place.host, bytes);
        const beat = await objects.read(key, decode, options);
        return beat && { reference: formatReference(place.tag), seen: modified, beat };
      });
      for await (const report of found) if (report) reports.push(report);
      return reports;
    },
  };
}
