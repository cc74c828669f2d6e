/**
 * The names of the services a worker usually waits for, by their ports.
 */

const services: ReadonlyMap<number, string> = new Map([
  [22, 'ssh'],
  [25, 'smtp'],
  [53, 'dns'],
  [80, 'http'],
  [389, 'ldap'],
  [443, 'https'],
  [465, 'smtp'],
  [587, 'smtp'],
  [636, 'ldap'],
  [1433, 'sql server'],
  [1521, 'oracle'],
  [2379, 'etcd'],
  [3306, 'mysql'],
  [4222, 'nats'],
  [5432, 'postgresql'],
  [5433, 'postgresql'],
  [5672, 'rabbitmq'],
  [6379, 'redis'],
  [6432, 'pgbouncer'],
  [8125, 'statsd'],
  [8500, 'consul'],
  [9042, 'cassandra'],
  [9092, 'kafka'],
  [9200, 'elasticsearch'],
  [11_211, 'memcached'],
  [27_017, 'mongodb'],
]);

/** The service that usually listens on this port; undefined for any other. A port proves nothing: it is a hint. */
export function serviceName(port: number): string | undefined {
  return services.get(port);
}

function describeOne(address: string): string {
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  const service = port === undefined ? undefined : serviceName(Number(port));
  return service === undefined ? address : `${address} (${service})`;
}

/**
 * "10.0.3.7:5432 (postgresql)": a remote address with its service, where the port is well known, else as it came.
 * Several that it may be ("a or b") each get theirs.
 */
export function describePeer(address: string): string {
  return address
    .split(' or ')
    .map((one) => describeOne(one))
    .join(' or ');
}
