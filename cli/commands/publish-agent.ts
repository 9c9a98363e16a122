import { storeOf } from '../../shared/command/open.ts';
import { textOption } from '../../shared/command/options.ts';
import type { Command } from '../../shared/command/spec.ts';
import { hexOf } from '../../shared/digest.ts';
import { readAgentFolder } from '../boot/agent-folder.ts';
import { ownAgentFolder } from '../boot/own-agent.ts';

export const publishAgentCommand: Command = {
  name: 'publish-agent',
  summary: 'Put the executables of wherry-agent into the store',
  description:
    'From there user-data brings them to machines that reach nothing but S3. What is published of a ' +
    'version never changes; to publish the same once more is success. The package from npm has the ' +
    'agent as a module alone: the executables, which user-data needs, are files of the release.',
  arguments: [],
  options: [
    {
      name: 'from',
      value: 'FOLDER',
      description:
        "with the files of a release, or what npm run build:agent wrote; this program's own unless given",
    },
  ],
  examples: ['wherry publish-agent', 'wherry publish-agent --from agent-0.1.0 --json'],
  async run(_args, options, context) {
    const { version, files, executables } = await readAgentFolder(
      textOption(options, 'from') ?? ownAgentFolder,
    );
    const { store } = await storeOf(options, context);
    const published = [];
    for (const { name, digest, read } of files) {
      context.report({ type: 'stage', text: `Publishing ${name}` });
      const bytes = await read();
      const stored = await store.putAgentFile(version, name, bytes, { signal: context.signal });
      published.push({ file: name, sha256: hexOf(digest), size: bytes.length, stored });
    }
    if (!executables) context.report({ type: 'notice', text: withoutExecutables(version) });
    const lines = published.map(({ file, sha256, stored }) => {
      return `${sha256}  ${file}${stored ? '' : ' (was there)'}`;
    });
    return {
      json: { version, files: published },
      text: [...lines, `Published wherry-agent ${version} in ${store.url}.`].join('\n'),
      quiet: version,
    };
  },
};

function withoutExecutables(version: string): string {
  return (
    `Here wherry-agent ${version} is a module alone, for hosts with Node 22.15 or newer. For machines that ` +
    'boot with user-data, download the files of its release into a folder, and run ' +
    'wherry publish-agent --from FOLDER.'
  );
}
