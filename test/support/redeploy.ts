/**
 * An operator's command: replaces the container by one of `WHERRY_IMAGE`, on the host's network. A
 * script, for where there is no docker command.
 */
import Docker from 'dockerode';

const [name = ''] = process.argv.slice(2);
const docker = new Docker({ socketPath: (process.env.DOCKER_HOST ?? '').replace('unix://', '') });
await docker
  .getContainer(name)
  .remove({ force: true })
  .catch((error: { statusCode?: number }) => {
    if (error.statusCode !== 404) throw error;
  });
const container = await docker.createContainer({
  name,
  Image: process.env.WHERRY_IMAGE ?? '',
  HostConfig: { NetworkMode: 'host' },
});
await container.start();
