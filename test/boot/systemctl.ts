/** Where a service of {@link serviceStandIn} writes what it has to say. */
export const serviceLog = '/var/log/service.log';

/**
 * A systemctl for a root without systemd: writes down what it is asked, and starts the unit's program,
 * for one look, for it would not end. A unit counts as active once that succeeded.
 */
export const systemctlStandIn = standIn(String.raw`
    eval "$(sed -n 's/^ExecStart=\([^ ]*\) "watch" /\1 watch --once /p' "$unit")"`);

/** The same, but the unit's program goes on, with what the unit says of its environment. */
export const serviceStandIn = standIn(`
    [ ! -e $state/pid ] || kill "$(cat $state/pid)"
    export $(sed -n 's/^Environment=//p' "$unit")
    eval "set -- $(sed -n 's/^ExecStart=//p' "$unit")"
    setsid "$@" < /dev/null >> ${serviceLog} 2>&1 &
    echo $! > $state/pid`);

function standIn(start: string): string {
  return `#!/bin/sh
set -eu
state=/var/lib/systemctl
mkdir -p $state
echo "$*" >> $state/asked
command=$1
shift
case $command in
  is-enabled) [ -e $state/enabled ] ;;
  enable) touch $state/enabled ;;
  is-active) [ -e $state/active ] ;;
  start | restart)
    rm -f $state/active
    unit=/etc/systemd/system/$1.service${start}
    touch $state/active
    ;;
  daemon-reload) ;;
  *) exit 64 ;;
esac
`;
}
