import { Suspense, lazy, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { ShieldX } from 'lucide-react';
import { useLocation } from 'react-router';
import { useApiMutation } from '../graphql/api.tsx';
import { rights } from '../session/rights.ts';
import type { Right } from '../session/rights.ts';
import { useMay, useOperator } from '../session/session-provider.tsx';
import { frame } from '../text/frame.ts';
import { NotePageDocument } from './api/incident.generated.ts';
import { Button } from './ui/button.tsx';
import { Box, Flex, Heading, Stack, Text } from './ui/layout.tsx';
import { LinkButton } from './ui/link.tsx';

const ReportIncident = lazy(async () => ({ default: (await import('./report-incident.tsx')).ReportIncident }));

/** Shows a part to those whose role has it, to the others that access is denied. The server refuses them whatever is shown. */
export function RoleGate({ right, why, children }: { readonly right: Right; readonly why?: string; readonly children: ReactNode }) {
  const may = useMay();
  return may(right) ? children : <RoleDenied right={right} {...(why !== undefined && { why })} />;
}

/** What the trail takes of an address, in characters. */
const NOTED = 200;

/** The beginning of an address, with no escape cut in two. */
const noted = (address: string): string => address.slice(0, NOTED).replace(/%[0-9a-f]?$/i, '');

/**
 * What is missing is a right of the role, and no boundary was crossed: said in place of the page with whose it is, written into the trail, with a way to
 * report it and a way back.
 */
export function RoleDenied({ right, why = frame.forbiddenSection }: { readonly right: Right; readonly why?: string }) {
  const { pathname } = useLocation();
  const { role } = useOperator();
  const [reporting, setReporting] = useState(false);
  const { mutate, isSuccess, isError } = useApiMutation(NotePageDocument);
  useEffect(() => mutate({ address: noted(pathname) }), [mutate, pathname]);
  return (
    <>
      <Stack role="alert" align="center" textAlign="center" gap="4" py="12" px="4">
        <Box color="critical.fg" bg="critical.subtle" borderRadius="full" p="4">
          <ShieldX size={40} aria-hidden />
        </Box>
        <Heading as="p" size="lg" maxW="xl" color="critical.fg">
          {why}
        </Heading>
        <Text fontWeight="semibold">{frame.rightOf(frame.roles[role], rights[right].map((each) => frame.roles[each]))}</Text>
        <Text color="fg.muted" maxW="lg">
          {frame.forbiddenSectionHint} {isSuccess && frame.recorded}
          {isError && frame.notRecorded}
        </Text>
        <Flex gap="3" wrap="wrap" justify="center">
          <Button onClick={() => setReporting(true)}>{frame.reportIncident}</Button>
          <LinkButton to="/tenants">{frame.backToTenants}</LinkButton>
        </Flex>
      </Stack>
      {reporting && (
        <Suspense fallback={null}>
          <ReportIncident about={frame.report.byRole(pathname, frame.roles[role])} onClose={() => setReporting(false)} />
        </Suspense>
      )}
    </>
  );
}
