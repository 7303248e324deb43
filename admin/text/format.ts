/** Numbers, sizes and times as they are written in English. */
const sizes = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes to a readable size, 1,536 to `1.5 kB`. The API sends big integers as text. */
export function formatBytes(bytes: string | number): string {
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1_024 && unit < sizes.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${value.toLocaleString('en', { maximumFractionDigits: unit === 0 || value >= 100 ? 0 : 1 })} ${sizes[unit]}`;
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en');
}

/** How many of what: `1 event`, `1,234 events`. All counts of the catalogues are made by it. */
export function counted(figure: number, one: string, many = `${one}s`): string {
  return `${formatNumber(figure)} ${figure === 1 ? one : many}`;
}

const MOMENT = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const;

/** A moment in full, in the reader's own time zone, which it names: on paper nobody could tell. */
export function formatMoment(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', MOMENT);
}

export function formatDay(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium' });
}

export function formatTime(moment: Date): string {
  return moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago, or how long until, as seen from `now`. */
export function formatRelative(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1_000);
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

/** Milliseconds to a readable length of time, 1,340 to `1.3 s`. */
export function formatDuration(ms: number | string): string {
  const value = Number(ms);
  if (value < 1_000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1_000).toLocaleString('en', { maximumFractionDigits: 1 })} s`;
  return `${Math.floor(value / 60_000)} min ${Math.round((value % 60_000) / 1_000)} s`;
}

/** The time of day of a moment, to the second. */
export function formatClock(iso: string): string {
  return formatTime(new Date(iso));
}
