import { installedAgent, writeUnitCommand } from '../../shared/command/unit-command.ts';

/**
 * Seconds without a sign of life after which systemd starts the agent anew; for its first pull; and to
 * stop, besides what a hook takes.
 */
const seconds = { watchdog: 180, start: 1800, stop: 60 };

/**
 * The agent's unit. As root, for the engine's socket is root's; and apart from that it may change
 * nothing but its own folders. Hooks run in it too: what they need beyond is for a drop-in of the
 * operator's (systemd.unit(5)). V8 makes code at run time, which MemoryDenyWriteExecute= would forbid.
 *
 * @param hook milliseconds that a hook may take: one that runs when the agent is to stop ends by itself
 */
export function agentUnit(args: string[], hook: number): string {
  return `[Unit]
Description=Wherry agent: brings Docker images out of S3
Wants=network-online.target
After=network-online.target docker.service
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
${writeUnitCommand(installedAgent, args)}
Restart=always
RestartSec=5
TimeoutStartSec=${seconds.start}
TimeoutStopSec=${Math.ceil(hook / 1000) + seconds.stop}
KillMode=mixed
WatchdogSec=${seconds.watchdog}
Environment=MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=262144
StateDirectory=wherry-agent
RuntimeDirectory=wherry
RuntimeDirectoryPreserve=yes
CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_KILL
LockPersonality=yes
NoNewPrivileges=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
