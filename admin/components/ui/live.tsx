import { VisuallyHidden } from './layout.tsx';

/** Says to screen readers what changes on the page: progress, results. What is urgent interrupts. */
export function Live({ children, urgent = false }: { readonly children: string; readonly urgent?: boolean }) {
  return (
    <VisuallyHidden role={urgent ? 'alert' : 'status'} aria-live={urgent ? 'assertive' : 'polite'}>
      {children}
    </VisuallyHidden>
  );
}
