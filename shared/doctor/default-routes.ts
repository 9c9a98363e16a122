import { readFile } from 'node:fs/promises';

/** Whether this machine has a default route, by family; undefined where that cannot be told. */
export interface DefaultRoutes {
  ipv4: boolean | undefined;
  ipv6: boolean | undefined;
}

/** From Linux's tables (proc(5), /proc/net/route and /proc/net/ipv6_route). */
export async function defaultRoutes(): Promise<DefaultRoutes> {
  const [ipv4, ipv6] = await Promise.all(
    ['/proc/net/route', '/proc/net/ipv6_route'].map((path) =>
      readFile(path, 'utf8').catch(() => undefined),
    ),
  );
  return {
    ipv4: ipv4?.split('\n').some((line) => /^\S+\t0{8}\t(?:\S+\t){5}0{8}\t/.test(line)),
    // That of the device lo is the kernel's own, which rejects.
    ipv6: ipv6?.split('\n').some((line) => /^0{32} 00 .* (?!lo$)\S+$/.test(line)),
  };
}
