import { installedAgent, installedUnit } from '../../shared/command/unit-command.ts';

/**
 * What every boot script does, in the shell of POSIX.1 and with what Amazon Linux 2023, Ubuntu and
 * Debian have. It is written without braces around variables, which would be this file's own.
 */
export const scriptBody = String.raw`
agent=${installedAgent}
unit=${installedUnit}

say() {
  printf 'wherry: %s\n' "$*"
}

fail() {
  printf 'wherry: %s\n' "$*" >&2
  exit 1
}

has() {
  command -v "$1" > /dev/null 2>&1
}

# Five times, for on a young machine network and credentials may come late.
persist() {
  tries=1
  until "$@"; do
    [ "$tries" -lt 5 ] || return 1
    sleep "$tries"
    tries=$((tries + 1))
  done
}

is_sum() {
  printf '%s  %s\n' "$1" "$2" | sha256sum --check --status
}

# The instance metadata service, version 2: at its address of IPv6 where that of IPv4 cannot be reached.
metadata() {
  if service=$(printenv AWS_EC2_METADATA_SERVICE_ENDPOINT); then
    token=$(metadata_token) || return 1
  else
    service=http://169.254.169.254/
    token=$(metadata_token) || { service='http://[fd00:ec2::254]/' && token=$(metadata_token); } || return 1
  fi
  curl -sSfg --max-time 5 -H "x-aws-ec2-metadata-token: $token" "$service""latest/meta-data/$1"
}

metadata_token() {
  curl -sSfg --max-time 5 -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 300' "$service""latest/api/token"
}

ask_region() {
  region=$(metadata placement/region) && [ -n "$region" ]
}

find_region() {
  [ -z "$region" ] || return 0
  if [ -n "$endpoint" ]; then
    region=us-east-1
  elif ! has curl || ! persist ask_region; then
    fail "The region is not known, and the metadata service does not tell it. Print the script with --region."
  fi
}

address() {
  domain=amazonaws.com
  case $region in cn-*) domain=amazonaws.com.cn ;; eusc-*) domain=amazonaws.eu ;; esac
  if [ -n "$endpoint" ]; then
    echo "$endpoint/$bucket/$path"
  elif [ -n "$dual_stack" ]; then
    echo "https://s3.dualstack.$region.$domain/$bucket/$path"
  else
    echo "https://s3.$region.$domain/$bucket/$path"
  fi
}

fetch_with_aws() {
  set -- s3 cp "s3://$bucket/$key" "$1" --only-show-errors --region "$region"
  [ -z "$endpoint" ] || set -- "$@" --endpoint-url "$endpoint"
  [ -z "$dual_stack" ] || export AWS_USE_DUALSTACK_ENDPOINT=true
  aws "$@" || AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6 aws "$@"
}

field() {
  printf '%s\n' "$credentials" | tr '\n' ' ' | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"
}

# Credentials come on stdin, for everybody may read a command line.
fetch_with_curl() {
  role=$(metadata iam/security-credentials/) || return 1
  credentials=$(metadata "iam/security-credentials/$role") || return 1
  curl -sSfg --connect-timeout 10 --speed-limit 1000 --speed-time 30 --output "$1" --config - << END_OF_CONFIG
url = "$(address)"
aws-sigv4 = "aws:amz:$region:s3"
user = "$(field AccessKeyId):$(field SecretAccessKey)"
header = "x-amz-security-token: $(field Token)"
header = "x-amz-content-sha256: $(printf '' | sha256sum | cut -d ' ' -f 1)"
END_OF_CONFIG
}

fetch() {
  find_region
  if has aws; then
    say "fetching s3://$bucket/$key with the aws command line"
    persist fetch_with_aws "$1"
  elif has curl; then
    say "fetching s3://$bucket/$key with curl ($(curl --version | sed -n '1s/^curl \([^ ]*\).*/\1/p'))"
    persist fetch_with_curl "$1"
  else
    fail "There is neither the aws command line nor curl. One of them must be in the machine image."
  fi
}

# Where there is cloud-init there is Python, which reads xz too.
unpack() {
  if has xz; then
    xz --decompress --stdout "$1"
  elif has python3; then
    python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.argv[1]), sys.stdout.buffer)' "$1"
  else
    fail "There is neither xz nor python3 to unpack the agent. One of them must be in the machine image."
  fi
}

need_docker() {
  if has dockerd || [ -S /run/docker.sock ]; then
    say "Docker is there"
  elif [ -r /etc/os-release ]; then
    # shellcheck source=/dev/null
    install_docker "$(. /etc/os-release && echo "$ID")"
  else
    install_docker unknown
  fi
}

install_docker() {
  if [ "$1" = amzn ]; then
    say "installing Docker from Amazon Linux's repositories, which are in S3"
    dnf --assumeyes --quiet install docker
    systemctl enable --now docker
  else
    fail "There is no Docker. The packages of this system ($1) are not in S3, so it cannot be fetched here: it must be in the machine image."
  fi
}

install_agent() {
  if [ -f "$agent" ] && is_sum "$plain_sum" "$agent"; then
    say "wherry-agent $version is installed"
    return
  fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  fetch "$work/agent.xz" || fail "Could not fetch s3://$bucket/$key."
  is_sum "$packed_sum" "$work/agent.xz" ||
    fail "What was fetched has another SHA-256 than this script says ($packed_sum). Nothing was installed."
  unpack "$work/agent.xz" > "$work/agent"
  is_sum "$plain_sum" "$work/agent" ||
    fail "What was unpacked has another SHA-256 than this script says ($plain_sum). Nothing was installed."
  mkdir -p "$(dirname "$agent")"
  install -m 0755 "$work/agent" "$agent.new"
  mv -f "$agent.new" "$agent"
  changed=yes
  say "installed wherry-agent $version as $agent"
}

install_unit() {
  if [ -f "$unit" ] && [ "$(cat "$unit")" = "$(write_unit)" ]; then
    say "the unit $unit is installed"
    return
  fi
  write_unit > "$unit.new"
  mv -f "$unit.new" "$unit"
  systemctl daemon-reload
  changed=yes
  say "installed the unit $unit"
}

start_agent() {
  systemctl is-enabled --quiet wherry-agent || systemctl enable wherry-agent
  if [ -n "$changed" ]; then
    say "starting wherry-agent"
    systemctl restart wherry-agent
  elif systemctl is-active --quiet wherry-agent; then
    say "wherry-agent runs; nothing was to be done"
  else
    say "starting wherry-agent"
    systemctl start wherry-agent
  fi
}

changed=
[ "$(id -u)" = 0 ] || fail "This must run as root, as cloud-init does."
need_docker
install_agent
install_unit
start_agent
`;
