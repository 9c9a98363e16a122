import type { Option } from '../../shared/command/spec.ts';

export const agentVersionOption: Option = {
  name: 'agent-version',
  value: 'VERSION',
  description: 'of the agent to install, as published; that of this program unless given',
};
