import { textOption, usageError } from '../../../shared/command/options.ts';
import type { CommandContext, OptionValues } from '../../../shared/command/spec.ts';
import type { Architecture } from '../../boot/agent-names.ts';
import { findMachine } from '../../boot/user-data.ts';
import { type Template, template } from '../cloudformation/template.ts';
import { requiredStoreName } from '../place.ts';
import { httpApi } from './api.ts';
import { balancer } from './balancer.ts';
import { egressChoice } from './egress.ts';
import { s3Endpoint } from './endpoint.ts';
import { instanceGroup } from './group.ts';
import { instanceTypePatterns } from './instances.ts';
import { ipv6Egress } from './ipv6.ts';
import { launchTemplate } from './launch-template.ts';
import { natEgress } from './nat.ts';
import { natInstance } from './nat-instance.ts';
import { network } from './network.ts';
import { instanceRole } from './role.ts';
import { securityGroups } from './security-groups.ts';
import { deployment, serviceOf } from './service.ts';
import { userDataFor } from './user-data.ts';

/**
 * A service on instances in a network of their own, which only an HTTP API reaches and which reach
 * nothing but S3, unless there is a way out.
 *
 * @throws WherryError USAGE for what makes no sense; NOT_FOUND when the agent was not published
 */
export async function privateServiceTemplate(
  options: OptionValues,
  context: CommandContext,
): Promise<Template> {
  const store = requiredStoreName(options);
  const service = serviceOf(options);
  const image = textOption(options, 'image');
  const instanceType = textOption(options, 'instanceType') ?? '';
  const architecture = architectureOf(instanceType);
  const told = deployment(service, options);
  const { machine, place } = await findMachine(image ? [image] : [], [architecture], told, context);
  return template(
    `${machine.images} on instances that only API Gateway reaches, by Wherry`,
    egressChoice,
    network,
    ipv6Egress,
    natEgress,
    natInstance,
    s3Endpoint(store),
    securityGroups(service.port),
    instanceRole,
    launchTemplate({ architecture, instanceType, userData: userDataFor(machine, place) }),
    instanceGroup,
    balancer(service.port, service.healthPath),
    httpApi,
  );
}

function architectureOf(instanceType: string): Architecture {
  for (const [architecture, pattern] of Object.entries(instanceTypePatterns)) {
    if (new RegExp(pattern).test(instanceType)) return architecture as Architecture;
  }
  throw usageError(`"${instanceType}" is no type of instance.`, 'A type is such as t4g.small.');
}
