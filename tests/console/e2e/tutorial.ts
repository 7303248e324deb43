/** The steps of the tutorial, for the test that clicks them. */
import { readFile } from 'node:fs/promises';

/** A numbered line of the tutorial. */
export interface TutorialStep {
  readonly number: number;
  readonly text: string;
  /** What is on the screen, as the text has it: **in bold**. */
  readonly shown: readonly string[];
  /** What is typed, pressed or read: `as code`. */
  readonly typed: readonly string[];
}

/** Every step of a tutorial, in its order. @throws Error when the numbers don't count up from one, or a numbered line holds more than one line */
export async function tutorialSteps(file: URL): Promise<readonly TutorialStep[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const steps = lines.flatMap((line): TutorialStep[] => {
    const [, number, text] = /^(\d+)\. (.+)$/.exec(line) ?? [];
    return number === undefined || text === undefined ? [] : [{ number: Number(number), text, shown: matches(text, /\*\*(.+?)\*\*/g), typed: matches(text, /`(.+?)`/g) }];
  });
  steps.forEach(({ number, text }, index) => {
    if (number !== index + 1) throw new Error(`Step ${index + 1} of the tutorial has the number ${number}: ${text}`);
  });
  return steps;
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, inner = '']) => inner);
}
