#!/bin/bash
# Takes production back to the release before: rollback.sh [options of wherry rollback]
# Shows the plan and asks; with --yes it does not.
set -euo pipefail

wherry history api:production
wherry rollback api:production "$@"
