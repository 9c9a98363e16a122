import type { Architecture } from '../../boot/agent-names.ts';
import type { Parameter } from '../cloudformation/template.ts';

/** The newest Amazon Linux 2023 each time the stack is deployed (its User Guide, "AMI IDs from SSM"). */
export function latestImage(architecture: Architecture, Description: string): Parameter {
  const machine = architecture === 'x64' ? 'x86_64' : architecture;
  return {
    Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
    Description,
    Default: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${machine}`,
  };
}

/** How the types begin that have a processor of arm64: with a `g` after the generation, and the first. */
const arm64Types = String.raw`(?:[a-z]+[0-9]+g[a-z]*|a1)\.`;

/** Of the types of instance that have a processor of it. */
export const instanceTypePatterns: Record<Architecture, string> = {
  arm64: `^${arm64Types}[a-z0-9-]+$`,
  x64: String.raw`^(?!${arm64Types})[a-z0-9-]+\.[a-z0-9-]+$`,
};

/** Version 2 only, and not for containers, which are one hop farther. */
export const metadataOptions = {
  HttpEndpoint: 'enabled',
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 1,
};

/** @param size in GiB */
export function rootDevice(size: unknown) {
  return {
    DeviceName: '/dev/xvda',
    Ebs: { VolumeType: 'gp3', VolumeSize: size, Encrypted: true, DeleteOnTermination: true },
  };
}
