const steps = `#!/bin/sh
set -eu
engine=http://engine/containers
ask() {
  curl -sSf --unix-socket /run/docker.sock -H 'content-type: application/json' "$@"
}
is() {
  found=$(ask --get --data-urlencode 'filters={"name":["^/'"$1"'$"],"'"$2"'":["'"$3"'"]}' $engine/json)
  [ "$found" != '[]' ]
}
remove() {
  ask -X DELETE "$engine/$1?force=1" 2> /dev/null || true
}
start() {
  remove "$1"
  ask -o /dev/null -d '{"Image":"'"$WHERRY_IMAGE"'","HostConfig":{"NetworkMode":"'"$2"'"}}' "$engine/create?name=$1"
  ask -X POST "$engine/$1/start"
}
`;

/** What an operator has on the instance to deploy an image: it replaces what serves, well or not. */
export const deployScript = `${steps}start api host
`;

/**
 * The same, more carefully: an image has to be healthy in a container without a network first, beside the
 * one that serves. On the way back from a release that was not, there is nothing to do.
 */
export const carefulDeployScript = `${steps}! is api ancestor "$WHERRY_IMAGE_ID" || exit 0
trap 'remove candidate' EXIT
start candidate none
until is candidate health healthy; do
  ! is candidate health unhealthy || exit 1
  sleep 0.2
done
start api host
`;
