import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';
import { Building2, ShieldCheck } from 'lucide-react';
import { onboardingRoutes } from '../features/onboarding/routes.tsx';
import { securityRoutes } from '../features/security/routes.ts';
import { tenantsRoutes } from '../features/tenants/routes.ts';
import type { Right } from '../session/rights.ts';
import { frame } from '../text/frame.ts';

/** One section: a folder below features/ and a row here. */
export interface Section {
  /** The first part of its addresses. */
  readonly path: string;
  readonly label: string;
  readonly icon: ComponentType<{ readonly size?: number; readonly 'aria-hidden'?: boolean }>;
  /** Who sees it. */
  readonly right: Right;
  /** Its pages, each loaded when it is first opened. */
  readonly routes: readonly RouteObject[];
}

/** The sections in the order in which they stand in the navigation. */
export const sections: readonly Section[] = [
  { path: 'security', label: frame.sections.security, icon: ShieldCheck, right: 'security.read', routes: securityRoutes },
  { path: 'tenants', label: frame.sections.tenants, icon: Building2, right: 'tenants.read', routes: [...tenantsRoutes, ...onboardingRoutes(tenantsRoutes.find(({ index }) => index === true)?.Component ?? null)] },
];
