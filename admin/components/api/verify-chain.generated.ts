/** Made from verify-chain.graphql. Written by: npm run snapshots */
import { TypedDocumentString } from '../../graphql/document.ts';

export type VerifyChainMutationVariables = {
  id?: string | null | undefined;
};

export type VerifyChainMutation = { readonly verifyChain: { readonly result: string | null } | null };

export type ChainVerificationQueryVariables = {
  id?: string | null | undefined;
};

export type ChainVerificationQuery = { readonly chainStatus: { readonly state: string | null, readonly flaw: string | null, readonly verifiedUpTo: string | null, readonly requested: string | null } | null, readonly systemStatus: { readonly flawedChains: number | null } | null };

export const VerifyChainDocument = new TypedDocumentString<VerifyChainMutation, VerifyChainMutationVariables>(`mutation VerifyChain($id: String) {
  verifyChain(input: {id: $id}) {
    result
  }
}`);

export const ChainVerificationDocument = new TypedDocumentString<ChainVerificationQuery, ChainVerificationQueryVariables>(`query ChainVerification($id: String) {
  chainStatus(id: $id) {
    state
    flaw
    verifiedUpTo
    requested
  }
  systemStatus {
    flawedChains
  }
}`);
