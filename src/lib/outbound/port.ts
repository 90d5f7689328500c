/**
 * Ports of databases, daemons and control planes. They are refused even when the administrator allows them: no Git
 * host uses them, and a request that reaches one can do harm.
 */
const daemonPorts = new Set([
  1099, 1433, 1434, 1521, 1883, 2049, 2181, 2375, 2376, 2377, 2379, 2380, 3306, 3389, 4243, 4369, 5432, 5433,
  5672, 5900, 5984, 5985, 5986, 6000, 6379, 6380, 6443, 6660, 6661, 6662, 6663, 6664, 6665, 6666, 6667, 6668,
  6669, 6697, 7000, 7001, 7199, 8086, 8300, 8301, 8500, 8600, 9042, 9092, 9160, 9200, 9300, 10250, 10255,
  11211, 15672, 25672, 26257, 26379, 27017, 27018, 27019, 28017, 33060, 50000, 50070, 61616,
]);

export function isDaemonPort(port: number): boolean {
  return daemonPorts.has(port);
}

/** The port of a URL, with the default of its scheme. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  if (url.protocol === "ssh:") return sshPort;
  return url.protocol === "http:" ? 80 : 443;
}

const sshPort = 22;

/** Whether a host that is not on the allow-list may be reached on this port; port 22 is for SSH only. */
export function isPublicPort(port: number, protocol = "https:"): boolean {
  if (protocol === "ssh:" && port === sshPort) return true;
  return port === 80 || port === 443 || (port >= 1024 && port <= 65_535 && !isDaemonPort(port));
}
