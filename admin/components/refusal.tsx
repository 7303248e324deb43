import { Notice } from './ui/notice.tsx';
import type { Problem } from '../session/problem.ts';
import { errors } from '../text/errors.ts';

/** Why it was refused, and what to do. */
export function Refusal({ problem }: { readonly problem: Problem | null }) {
  if (problem === null) return null;
  const { title, next } = errors[problem.code];
  return (
    <Notice tone="critical" urgent title={title}>
      {problem.message !== '' && <p>{problem.message}</p>}
      <p>{next}</p>
    </Notice>
  );
}
