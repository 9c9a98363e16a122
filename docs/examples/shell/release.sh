#!/bin/bash
# Builds the image of a commit and brings it into the store: release.sh [COMMIT]
# WHERRY_STORE says which; the credentials are those of the AWS CLI.
set -euo pipefail

commit=${1:-$(git rev-parse --short HEAD)}

docker build --tag "api:$commit" .
digest=$(wherry push "api:$commit" --as "api:$commit" --as api:latest --quiet)
echo "api:$commit is $digest"
