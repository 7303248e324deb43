/**
 * Grafast reads its mode when it is first imported: without this it warns at every start, and under
 * NODE_ENV=development it plans with extra checks that cost several times the planning. Import it before the library.
 */
process.env['GRAPHILE_ENV'] ??= 'production';
