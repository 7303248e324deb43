import type { Problem } from '../session/problem.ts';
import { errors, sentenceOf } from '../text/errors.ts';
import { Notice } from './ui/notice.tsx';

/** Why something was refused, in the place where it was asked for: in words, with the server's own sentence and what to do. */
export function ProblemNotice({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return null;
  const { title, next } = errors[problem.code];
  const sentence = sentenceOf(problem);
  return (
    <Notice tone="critical" urgent title={title}>
      {sentence === '' ? '' : `${sentence.replace(/([^.!?])$/, '$1.')} `}
      {next}
    </Notice>
  );
}
