/**
 * Reads a QR code as a camera's software does, from its cells alone (ISO/IEC 18004): what was drawn, not what was to be drawn. For clean codes
 * up to version 10, in bytes; nothing is repaired.
 */

/** By the bits that name a level (M, L, H, Q), and by version from 1: error correction codewords of a block, and number of blocks. */
const CORRECTION = [[10, 16, 26, 18, 24, 16, 18, 22, 22, 26], [7, 10, 15, 20, 26, 18, 20, 24, 30, 18], [17, 28, 22, 16, 22, 28, 26, 26, 24, 28], [13, 22, 18, 26, 18, 24, 18, 22, 20, 24]] as const;
const BLOCKS = [[1, 1, 1, 2, 2, 4, 4, 4, 5, 5], [1, 1, 1, 1, 1, 2, 2, 2, 2, 4], [1, 1, 2, 4, 4, 4, 5, 6, 8, 8], [1, 1, 2, 2, 4, 4, 6, 6, 8, 8]] as const;
const FORMAT_MASK = 0b101010000010010;
const BYTES = 4;

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0, (_x, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0, (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** The dark cells of a drawn code: of an SVG whose path is made of runs `Mx yh…`, without the quiet zone. */
export function cellsOfSvg(svg: string, quiet: number): boolean[][] {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) - 2 * quiet;
  const cells = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const [, path = ''] = [...svg.matchAll(/ d="([^"]+)"/g)].at(-1) ?? [];
  for (const [, x, y, length] of path.matchAll(/M(\d+)[ ,](\d+) ?h(\d+)/g)) for (let at = 0; at < Number(length); at += 1) (cells[Number(y) - quiet] ?? [])[Number(x) - quiet + at] = true;
  return cells;
}

/** What a code says. @throws Error where it is none that this can read */
export function readQrCode(cells: readonly (readonly boolean[])[]): string {
  const size = cells.length;
  const version = (size - 17) / 4;
  const dark = (x: number, y: number): boolean => cells[y]?.[x] === true;
  const bits = (length: number, cell: (bit: number) => boolean): number => Array.from({ length }, (_, bit) => (cell(bit) ? 2 ** bit : 0)).reduce((sum, value) => sum + value, 0);
  const format = (bits(15, (bit) => (bit < 6 ? dark(8, bit) : bit === 6 ? dark(8, 7) : bit === 7 ? dark(8, 8) : bit === 8 ? dark(7, 8) : dark(14 - bit, 8))) ^ FORMAT_MASK) >> 10;
  const mask = MASKS[format & 7];
  const [correction, count] = [CORRECTION, BLOCKS].map((table) => table[format >> 3]?.[version - 1]);
  if (correction === undefined || count === undefined || mask === undefined) throw new Error(`a code of ${size} by ${size} cells`);

  const codewords: number[] = [];
  const alignment = alignmentOf(version, size);
  const read: boolean[] = [];
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (!isFixed(x, y, size, version, alignment)) read.push(dark(x, y) !== mask(x, y));
    }
  }
  for (let at = 0; at + 8 <= read.length; at += 8) codewords.push(bits(8, (bit) => read[at + 7 - bit] === true));

  // Blocks lie interleaved; the last are one longer where it doesn't come out even.
  const shorter = count - (codewords.length % count);
  const length = Math.floor(codewords.length / count) - correction;
  const blocks = Array.from({ length: count }, (): number[] => []);
  let next = 0;
  for (let at = 0; at <= length; at += 1) {
    blocks.forEach((block, index) => {
      if (at < length || index >= shorter) block.push(codewords[next++] ?? 0);
    });
  }
  const stream = blocks.flat().map((byte) => byte.toString(2).padStart(8, '0')).join('');
  if (Number.parseInt(stream.slice(0, 4), 2) !== BYTES) throw new Error('a code that holds no bytes');
  const counted = version < 10 ? 8 : 16;
  const start = 4 + counted;
  const bytes = Array.from({ length: Number.parseInt(stream.slice(4, start), 2) }, (_, at) => Number.parseInt(stream.slice(start + 8 * at, start + 8 * at + 8), 2));
  return Buffer.from(bytes).toString('utf8');
}

/** The middles of the small squares, along either edge. */
function alignmentOf(version: number, size: number): readonly number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((size - 13) / (count * 2 - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, index) => size - 7 - step * (count - 2 - index))];
}

/** Whether a cell belongs to the frame of every code, and says nothing. */
function isFixed(x: number, y: number, size: number, version: number, alignment: readonly number[]): boolean {
  if (x === 6 || y === 6) return true;
  if ((x < 9 && y < 9) || (x < 9 && y >= size - 8) || (x >= size - 8 && y < 9)) return true;
  if (version >= 7 && ((x < 6 && y >= size - 11) || (y < 6 && x >= size - 11))) return true;
  const last = alignment.at(-1) ?? 0;
  return alignment.some((middleX) => alignment.some((middleY) => {
    const corner = (middleX === 6 && (middleY === 6 || middleY === last)) || (middleY === 6 && middleX === last);
    return !corner && Math.abs(x - middleX) <= 2 && Math.abs(y - middleY) <= 2;
  }));
}
