import type { Place } from './place.ts';
import { quoteForShell } from './quote.ts';
import { scriptBody } from './script-body.ts';

/** What a boot script knows of an executable: `plain` is its sum, `packed` that of the compressed one. */
export interface BootExecutable {
  key: string;
  plain: string;
  packed: string;
}

export interface BootScript {
  version: string;
  place: Place;
  /** By what `uname -m` says. */
  executables: Record<string, BootExecutable>;
  unit: string;
}

/**
 * The script for cloud-init (its "User-data formats", script): values of this one first, each a quoted
 * word, then what all have in common.
 */
export function bootScript(boot: BootScript): string {
  const values = {
    version: boot.version,
    bucket: boot.place.location.bucket,
    endpoint: boot.place.endpointUrl ?? '',
    region: boot.place.region ?? '',
    dual_stack: boot.place.dualStack ? 'yes' : '',
  };
  const assignments = Object.entries(values).map(([name, text]) => assign(name, text));
  const machines = Object.entries(boot.executables).map(([machine, { key, plain, packed }]) => {
    const path = key.split('/').map(encodeSegment).join('/');
    const lines = [
      assign('key', key),
      assign('path', path),
      assign('packed_sum', packed),
      assign('plain_sum', plain),
    ];
    return `  ${machine})\n${lines.map((line) => `    ${line}\n`).join('')}    ;;\n`;
  });
  return `#!/bin/sh
# Made by wherry user-data. Installs wherry-agent ${boot.version} from S3, and starts it. To run it again
# changes nothing.
set -eu

${assignments.join('\n')}
machine=$(uname -m)
case $machine in
${machines.join('')}  *)
    echo "wherry: this script brings no agent for $machine" >&2
    exit 1
    ;;
esac

write_unit() {
  cat << 'END_OF_UNIT'
${boot.unit}END_OF_UNIT
}
${scriptBody}`;
}

function assign(name: string, text: string): string {
  return `${name}=${quoteForShell(text)}`;
}

/** As a signature of version 4 has it: all but unreserved characters (RFC 3986, 2.3) in per cent. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
