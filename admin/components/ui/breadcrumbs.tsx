import { Breadcrumb } from '@chakra-ui/react';
import { Link as RouterLink } from 'react-router';
import { frame } from '../../text/frame.ts';

export interface Crumb {
  readonly label: string;
  /** Absent on the last: that is where one is. */
  readonly to?: string;
}

/** The way to this page. */
export function Breadcrumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <Breadcrumb.Root aria-label={frame.breadcrumbs} size="sm">
      <Breadcrumb.List flexWrap="wrap">
        {crumbs.flatMap(({ label, to }, index) => [
          ...(index > 0 ? [<Breadcrumb.Separator key={`${label}-before`} color="fg.muted" />] : []),
          <Breadcrumb.Item key={label}>
            {to === undefined ? (
              <Breadcrumb.CurrentLink color="fg" fontWeight="medium">
                {label}
              </Breadcrumb.CurrentLink>
            ) : (
              <Breadcrumb.Link asChild color="fg.muted">
                <RouterLink to={to}>{label}</RouterLink>
              </Breadcrumb.Link>
            )}
          </Breadcrumb.Item>,
        ])}
      </Breadcrumb.List>
    </Breadcrumb.Root>
  );
}
