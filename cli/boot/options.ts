import type { Option } from '../../shared/command/spec.ts';

export const imageOption: Option = {
  name: 'image',
  value: 'NAME:TAG',
  description: 'the tag to follow; may be repeated',
  repeats: true,
};

export const agentVersionOption: Option = {
  name: 'agent-version',
  value: 'VERSION',
  description: 'of the agent to install, as published; that of this program unless given',
};
