/** The same row for several names. */
export const each = <Row>(names: readonly string[], row: Row): Record<string, Row> => Object.fromEntries(names.map((name) => [name, row]));
