/** What the global set-up provides to every test file. */
export interface TestCluster {
  /** URL of the migrator's maintenance database */
  readonly migratorUrl: string;
  /** database that holds everything but tenants; cloned for each file */
  readonly template: string;
  readonly blueprint: string;
  readonly prefix: string;
  readonly lanes: number;
  /** base64 */
  readonly masterKey: string;
  /** where each file writes down which SQL functions it called */
  readonly functionCallsFolder: string;
  /** superuser's URL for tests that play the attacker; null on a cluster whose superuser isn't ours */
  readonly superuserUrl: string | null;
  /** PostgreSQL's own log, in which the statements of lanes are; null likewise */
  readonly serverLog: string | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly cluster: TestCluster;
  }
}
