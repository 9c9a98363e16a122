import { parseLocation } from '../../shared/bucket/open.ts';
import { storeOf } from '../../shared/command/open.ts';
import { listOption, switchOption, textOption, usageError } from '../../shared/command/options.ts';
import type { Command, OptionValues } from '../../shared/command/spec.ts';
import { hexOf } from '../../shared/digest.ts';
import { WherryError } from '../../shared/error.ts';
import { formatReference, parseTagReference } from '../../shared/image/reference.ts';
import type { Sum } from '../../shared/store/agent-sums.ts';
import {
  type Architecture,
  architectures,
  executableNames,
  machines,
} from '../boot/agent-names.ts';
import { parseEndpoint, parseRegion, parseVersion } from '../boot/parse.ts';
import { type BootExecutable, bootScript } from '../boot/script.ts';
import { agentUnit } from '../boot/unit.ts';

/** Bytes (Amazon EC2 User Guide, "Run commands when you launch an EC2 instance with user data input"). */
const largestUserData = 16_384;

export const userDataCommand: Command = {
  name: 'user-data',
  summary: 'Print a cloud-init script that installs wherry-agent from the store and starts it',
  description:
    'For Amazon Linux 2023, Ubuntu and Debian, on machines that reach nothing but S3: see ' +
    'docs/boot.md. The SHA-256 of the executable stands in the script. What follows -- goes to ' +
    'wherry-agent watch as it is.',
  arguments: [
    {
      name: 'OPTION',
      description: 'options of wherry-agent watch, after --',
      optional: true,
      repeats: true,
    },
  ],
  options: [
    {
      name: 'image',
      value: 'NAME:TAG',
      description: 'the tag to follow; may be repeated',
      repeats: true,
    },
    {
      name: 'arch',
      value: 'ARCH',
      description: "the machine's processor; auto is for either",
      choices: [...architectures, 'auto'],
      default: 'auto',
    },
    {
      name: 'agent-version',
      value: 'VERSION',
      description: 'of the agent to install, as published; that of this program unless given',
    },
  ],
  examples: [
    'wherry user-data --image api:production > user-data.sh',
    "wherry user-data --image api:production --arch arm64 -- --on-change 'systemctl restart api'",
  ],
  async run(watchOptions, options, context) {
    const images = listOption(options, 'image').map((text) =>
      formatReference(parseTagReference(text)),
    );
    if (images.length === 0) {
      throw usageError('No image is given.', 'Pass --image NAME:TAG.');
    }
    const { store } = await storeOf(options, context);
    const url = textOption(options, 'store') ?? '';
    const location = parseLocation(url);
    if (location.kind !== 's3') {
      throw usageError(
        `${url} is of this machine alone.`,
        'Name a store in S3: s3://bucket/prefix.',
      );
    }
    const version = parseVersion(textOption(options, 'agentVersion') ?? context.version);
    const region = parseRegion(textOption(options, 'region'));
    const sums = await store.getAgentSums(version, { signal: context.signal });
    if (!sums) throw notPublished(`wherry-agent ${version}`);

    const arch = textOption(options, 'arch');
    const wanted = arch === 'auto' ? architectures : [arch as Architecture];
    const executables: Record<string, BootExecutable> = {};
    for (const architecture of wanted) {
      const { plain, packed } = executableNames(version, architecture);
      executables[machines[architecture]] = {
        key: [location.path, store.agentKey(version, packed)].filter(Boolean).join('/'),
        plain: sumOf(sums, plain),
        packed: sumOf(sums, packed),
      };
    }
    const { env } = context;
    const endpointUrl = parseEndpoint(
      textOption(options, 'endpointUrl') ?? env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL,
    );
    const args = ['watch', ...images, ...placeOptions(options, url, endpointUrl), ...watchOptions];
    const script = bootScript({
      version,
      bucket: location.bucket,
      endpointUrl,
      region,
      dualStack: switchOption(options, 'dualStack'),
      executables,
      unit: agentUnit(args),
    });
    if (Buffer.byteLength(script) > largestUserData) {
      throw usageError(
        `The script has ${Buffer.byteLength(script)} bytes; EC2 takes ${largestUserData}.`,
        'Put the options of watch into a file on the machine.',
      );
    }
    return { json: { version, images, script }, text: script.trimEnd() };
  },
};

/** Where the agent finds the store: as this program did, but for what is only of this machine. */
function placeOptions(options: OptionValues, url: string, endpointUrl: string | undefined) {
  const region = textOption(options, 'region');
  return [
    ...['--store', url],
    ...(region ? ['--region', region] : []),
    ...(endpointUrl ? ['--endpoint-url', endpointUrl] : []),
    ...(switchOption(options, 'dualStack') ? ['--dual-stack'] : []),
  ];
}

function sumOf(sums: Sum[], name: string): string {
  const found = sums.find(({ file }) => file === name);
  if (!found) throw notPublished(name);
  return hexOf(found.digest);
}

function notPublished(what: string): WherryError {
  return new WherryError('NOT_FOUND', `${what} is not in the store.`, {
    side: 'store',
    hint: 'Publish it: npm run build:agent, then wherry publish-agent.',
  });
}
