import { Download, FileSignature, Lock, Printer } from 'lucide-react';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Facts } from '../../../components/facts.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Heading, Stack, Text } from '../../../components/ui/layout.tsx';
import { NameMark } from '../../../components/ui/mark.tsx';
import { CardsSkeleton } from '../../../components/ui/skeleton.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useDownload } from '../../../components/use-download.ts';
import type { Person } from '../../../session/session.ts';
import { assurance as words } from '../../../text/assurance.ts';
import { common } from '../../../text/common.ts';
import { errors } from '../../../text/errors.ts';
import { evidencePeriod, useAssurance, useEvidence } from '../api/assurance.ts';
import type { AssuranceQuery } from '../api/assurance.tenant.generated.ts';
import { attestationIn } from '../api/statements.ts';
import { AccountMenu } from '../components/account-menu.tsx';
import { Chain, Compliance, Keys, Retention, Tried, Visits, When } from '../components/answers.tsx';
import { Section } from '../components/section.tsx';
import { Verdict } from '../components/verdict.tsx';

/** Everything a tenant's auditor asks first, in plain words, on one page that prints. */
export function Assurance({ tenantId, tenantName, person }: { readonly tenantId: string; readonly tenantName: string; readonly person: Person }) {
  const query = useAssurance();
  const forbidden = query.error !== null && query.error.code === 'FORBIDDEN';
  return (
    <Stack gap="0" minH="100dvh">
      <Bar tenantId={tenantId} person={person} ready={query.data !== undefined} />
      <Box as="main" width="full" maxW="60rem" mx="auto" px={{ base: '4', md: '8' }} py={{ base: '6', md: '10' }} _print={{ maxW: 'none', p: '0' }}>
        <Stack gap="10" _print={{ gap: '6' }}>
          <Box>
            <Heading as="h1" size="3xl" letterSpacing="-0.02em" overflowWrap="anywhere">
              {words.of(tenantName)}
            </Heading>
            <Code>{tenantId}</Code>
            <Text color="fg.muted" mt="2">
              {words.lead}
            </Text>
          </Box>
          {forbidden ? (
            <EmptyState title={words.forbidden} hint={words.forbiddenHint} picture={<Lock size={40} />} action={<Button loading={query.isFetching} onClick={() => void query.refetch()}>{common.retry}</Button>} />
          ) : (
            <QueryStates query={query} skeleton={<CardsSkeleton count={4} height="40" />}>
              {(data) => <Answers data={data} at={query.dataUpdatedAt} />}
            </QueryStates>
          )}
        </Stack>
      </Box>
    </Stack>
  );
}

interface BarProps {
  readonly tenantId: string;
  readonly person: Person;
  readonly ready: boolean;
}

function Bar({ tenantId, person, ready }: BarProps) {
  const { take, busy } = useDownload();
  const fetchIt = async (path: string, file: string): Promise<void> => {
    const failure = await take({ path: `/tenants/${tenantId}/auth/${path}`, name: file, accept: 'application/json' });
    if (failure === null) toast('secure', words.saved);
    else toast('critical', errors[failure.code].title, failure.message);
  };
  const takeEvidence = (): void => {
    const { since, until } = evidencePeriod(Date.now());
    void fetchIt(`evidence?${new URLSearchParams({ from: since, to: until }).toString()}`, `evidence-${tenantId}.json`);
  };
  return (
    <Flex as="header" className="no-print" _print={{ display: 'none' }} align="center" gap="3" wrap="wrap" px={{ base: '4', md: '5' }} py="2.5" bg="bg.panel" borderBottomWidth="1px" borderColor="border">
      <NameMark />
      <Box flex="1" />
      {/* On a phone a line of their own, below the way out. */}
      {ready && (
        <Flex order={{ base: '2', md: '0' }} width={{ base: 'full', md: 'auto' }} gap={{ base: '2', md: '3' }} wrap="wrap" css={{ '& svg': { display: { base: 'none', sm: 'block' } } }}>
          <Button size="sm" loading={busy === `attestation-${tenantId}.json`} onClick={() => void fetchIt('attestation', `attestation-${tenantId}.json`)}>
            <Download aria-hidden />
            {words.takeAttestation}
          </Button>
          <Button size="sm" loading={busy === `evidence-${tenantId}.json`} onClick={takeEvidence}>
            <FileSignature aria-hidden />
            {words.takeEvidence}
          </Button>
          <Button size="sm" onClick={() => window.print()}>
            <Printer aria-hidden />
            {words.print}
          </Button>
        </Flex>
      )}
      <AccountMenu name={person.name} email={person.email} role={person.role} />
    </Flex>
  );
}

function Answers({ data, at }: { readonly data: AssuranceQuery; readonly at: number }) {
  const { evidence, problem } = useEvidence();
  const attestations = present(data.attestationsList);
  const newest = attestations[0] ?? null;
  const said = newest?.statement === undefined || newest.statement === null ? null : attestationIn(newest.statement);
  return (
    <>
      <Verdict newest={newest} said={said} at={new Date(at).toISOString()} />
      {said !== null && <Tried said={said} />}
      <When attestations={attestations} />
      <Chain chain={present(data.chainStatusList)[0] ?? null} />
      <Visits visits={present(data.operatorVisitsList)} />
      <Keys keys={present(data.keyAgesList)} />
      <Compliance evidence={evidence} problem={problem === null ? null : errors[problem.code].title} />
      {evidence !== null && <Retention retention={evidence.retention} />}
      <Section title={words.limits.title}>
        <Box as="ul" listStyleType="disc" ps="5">
          {words.limits.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </Box>
      </Section>
      <Section title={words.verify.title} lead={words.verify.lead}>
        <Facts facts={[[words.verify.keys, <Code key="k">{`${location.origin}/.well-known/jwks.json`}</Code>]]} />
      </Section>
    </>
  );
}

function present<Row>(rows: readonly (Row | null)[] | null): readonly Row[] {
  return rows?.filter((row): row is Row => row !== null) ?? [];
}
