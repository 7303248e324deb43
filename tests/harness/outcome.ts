/** What a statement came to, for comparing by code. */

/** The SQLSTATE an attempt ended in, with the field it names; or `ok`. */
export async function sqlstateOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return 'ok';
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}
