#!/bin/bash
# Promotes a release: promote.sh COMMIT [options of wherry promote]
# Shows the plan and asks; with --yes it does not.
set -euo pipefail

commit=${1:?which commit?}
shift

wherry promote "api:$commit" api:production "$@"
wherry inspect api:production
