/** Made from the API, for the operations that need them. Written by: npm run snapshots */
export type AccessesRecordFilter = {
  readonly id?: StringFilter | null | undefined;
  readonly at?: DatetimeFilter | null | undefined;
  readonly tenant?: StringFilter | null | undefined;
  readonly action?: StringFilter | null | undefined;
  readonly outcome?: StringFilter | null | undefined;
  readonly actor?: StringFilter | null | undefined;
  readonly actorRole?: StringFilter | null | undefined;
  readonly onBehalfOf?: StringFilter | null | undefined;
  readonly subject?: StringFilter | null | undefined;
  readonly requestId?: StringFilter | null | undefined;
  readonly verdict?: StringFilter | null | undefined;
  readonly and?: ReadonlyArray<AccessesRecordFilter> | null | undefined;
  readonly or?: ReadonlyArray<AccessesRecordFilter> | null | undefined;
  readonly not?: AccessesRecordFilter | null | undefined;
};

export type AlertFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly at?: DatetimeFilter | null | undefined;
  readonly lastAt?: DatetimeFilter | null | undefined;
  readonly count?: IntFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly kind?: StringFilter | null | undefined;
  readonly severity?: StringFilter | null | undefined;
  readonly message?: StringFilter | null | undefined;
  readonly acknowledgedAt?: DatetimeFilter | null | undefined;
  readonly acknowledgedBy?: StringFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly tenantExists?: boolean | null | undefined;
  readonly and?: ReadonlyArray<AlertFilter> | null | undefined;
  readonly or?: ReadonlyArray<AlertFilter> | null | undefined;
  readonly not?: AlertFilter | null | undefined;
};

export type AlertOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'AT_ASC'
  | 'AT_DESC'
  | 'LAST_AT_ASC'
  | 'LAST_AT_DESC'
  | 'COUNT_ASC'
  | 'COUNT_DESC'
  | 'TENANT_ID_ASC'
  | 'TENANT_ID_DESC'
  | 'KIND_ASC'
  | 'KIND_DESC'
  | 'SEVERITY_ASC'
  | 'SEVERITY_DESC'
  | 'MESSAGE_ASC'
  | 'MESSAGE_DESC'
  | 'ACKNOWLEDGED_AT_ASC'
  | 'ACKNOWLEDGED_AT_DESC'
  | 'ACKNOWLEDGED_BY_ASC'
  | 'ACKNOWLEDGED_BY_DESC';

export type AttestationFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly runId?: UUIDFilter | null | undefined;
  readonly at?: DatetimeFilter | null | undefined;
  readonly passed?: BooleanFilter | null | undefined;
  readonly statement?: StringFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<AttestationFilter> | null | undefined;
  readonly or?: ReadonlyArray<AttestationFilter> | null | undefined;
  readonly not?: AttestationFilter | null | undefined;
};

export type AuditEventFilter = {
  readonly at?: DatetimeFilter | null | undefined;
  readonly chain?: StringFilter | null | undefined;
  readonly seq?: BigIntFilter | null | undefined;
  readonly source?: StringFilter | null | undefined;
  readonly action?: StringFilter | null | undefined;
  readonly outcome?: StringFilter | null | undefined;
  readonly actor?: StringFilter | null | undefined;
  readonly actorRole?: StringFilter | null | undefined;
  readonly onBehalfOf?: StringFilter | null | undefined;
  readonly subject?: StringFilter | null | undefined;
  readonly sessionId?: StringFilter | null | undefined;
  readonly requestId?: StringFilter | null | undefined;
  readonly and?: ReadonlyArray<AuditEventFilter> | null | undefined;
  readonly or?: ReadonlyArray<AuditEventFilter> | null | undefined;
  readonly not?: AuditEventFilter | null | undefined;
};

export type BigFloatFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: string | null | undefined;
  readonly notEqualTo?: string | null | undefined;
  readonly distinctFrom?: string | null | undefined;
  readonly notDistinctFrom?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly notIn?: ReadonlyArray<string> | null | undefined;
  readonly lessThan?: string | null | undefined;
  readonly lessThanOrEqualTo?: string | null | undefined;
  readonly greaterThan?: string | null | undefined;
  readonly greaterThanOrEqualTo?: string | null | undefined;
};

export type BigIntFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: string | null | undefined;
  readonly notEqualTo?: string | null | undefined;
  readonly distinctFrom?: string | null | undefined;
  readonly notDistinctFrom?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly notIn?: ReadonlyArray<string> | null | undefined;
  readonly lessThan?: string | null | undefined;
  readonly lessThanOrEqualTo?: string | null | undefined;
  readonly greaterThan?: string | null | undefined;
  readonly greaterThanOrEqualTo?: string | null | undefined;
};

export type BooleanFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: boolean | null | undefined;
  readonly notEqualTo?: boolean | null | undefined;
  readonly distinctFrom?: boolean | null | undefined;
  readonly notDistinctFrom?: boolean | null | undefined;
  readonly in?: ReadonlyArray<boolean> | null | undefined;
  readonly notIn?: ReadonlyArray<boolean> | null | undefined;
  readonly lessThan?: boolean | null | undefined;
  readonly lessThanOrEqualTo?: boolean | null | undefined;
  readonly greaterThan?: boolean | null | undefined;
  readonly greaterThanOrEqualTo?: boolean | null | undefined;
};

export type DatetimeFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: string | null | undefined;
  readonly notEqualTo?: string | null | undefined;
  readonly distinctFrom?: string | null | undefined;
  readonly notDistinctFrom?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly notIn?: ReadonlyArray<string> | null | undefined;
  readonly lessThan?: string | null | undefined;
  readonly lessThanOrEqualTo?: string | null | undefined;
  readonly greaterThan?: string | null | undefined;
  readonly greaterThanOrEqualTo?: string | null | undefined;
};

export type EvidenceBundleFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly since?: DatetimeFilter | null | undefined;
  readonly until?: DatetimeFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly requestedAt?: DatetimeFilter | null | undefined;
  readonly signedAt?: DatetimeFilter | null | undefined;
  readonly statement?: StringFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<EvidenceBundleFilter> | null | undefined;
  readonly or?: ReadonlyArray<EvidenceBundleFilter> | null | undefined;
  readonly not?: EvidenceBundleFilter | null | undefined;
};

export type ExternalIssuerFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly issuer?: StringFilter | null | undefined;
  readonly jwksUrl?: StringFilter | null | undefined;
  readonly audience?: StringFilter | null | undefined;
  readonly roleClaim?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<ExternalIssuerFilter> | null | undefined;
  readonly or?: ReadonlyArray<ExternalIssuerFilter> | null | undefined;
  readonly not?: ExternalIssuerFilter | null | undefined;
};

export type IncidentFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly severity?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly summary?: StringFilter | null | undefined;
  readonly tenantIds?: StringListFilter | null | undefined;
  readonly notice?: StringFilter | null | undefined;
  readonly aboutRequest?: StringFilter | null | undefined;
  readonly events?: StringListFilter | null | undefined;
  readonly reportedBy?: StringFilter | null | undefined;
  readonly reportedAt?: DatetimeFilter | null | undefined;
  readonly resolution?: StringFilter | null | undefined;
  readonly closedBy?: StringFilter | null | undefined;
  readonly closedAt?: DatetimeFilter | null | undefined;
  readonly and?: ReadonlyArray<IncidentFilter> | null | undefined;
  readonly or?: ReadonlyArray<IncidentFilter> | null | undefined;
  readonly not?: IncidentFilter | null | undefined;
};

export type IncidentOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'SEVERITY_ASC'
  | 'SEVERITY_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'SUMMARY_ASC'
  | 'SUMMARY_DESC'
  | 'NOTICE_ASC'
  | 'NOTICE_DESC'
  | 'ABOUT_REQUEST_ASC'
  | 'ABOUT_REQUEST_DESC'
  | 'REPORTED_BY_ASC'
  | 'REPORTED_BY_DESC'
  | 'REPORTED_AT_ASC'
  | 'REPORTED_AT_DESC'
  | 'RESOLUTION_ASC'
  | 'RESOLUTION_DESC'
  | 'CLOSED_BY_ASC'
  | 'CLOSED_BY_DESC'
  | 'CLOSED_AT_ASC'
  | 'CLOSED_AT_DESC';

export type IntFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: number | null | undefined;
  readonly notEqualTo?: number | null | undefined;
  readonly distinctFrom?: number | null | undefined;
  readonly notDistinctFrom?: number | null | undefined;
  readonly in?: ReadonlyArray<number> | null | undefined;
  readonly notIn?: ReadonlyArray<number> | null | undefined;
  readonly lessThan?: number | null | undefined;
  readonly lessThanOrEqualTo?: number | null | undefined;
  readonly greaterThan?: number | null | undefined;
  readonly greaterThanOrEqualTo?: number | null | undefined;
};

export type IsolationFailureFilter = {
  readonly rowId?: BigIntFilter | null | undefined;
  readonly runId?: UUIDFilter | null | undefined;
  readonly half?: StringFilter | null | undefined;
  readonly kind?: StringFilter | null | undefined;
  readonly target?: StringFilter | null | undefined;
  readonly expected?: StringFilter | null | undefined;
  readonly seen?: StringFilter | null | undefined;
  readonly run?: IsolationRunFilter | null | undefined;
  readonly and?: ReadonlyArray<IsolationFailureFilter> | null | undefined;
  readonly or?: ReadonlyArray<IsolationFailureFilter> | null | undefined;
  readonly not?: IsolationFailureFilter | null | undefined;
};

export type IsolationRunFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly cause?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly startedAt?: DatetimeFilter | null | undefined;
  readonly finishedAt?: DatetimeFilter | null | undefined;
  readonly durationMs?: BigFloatFilter | null | undefined;
  readonly postureChecks?: IntFilter | null | undefined;
  readonly postureFailures?: IntFilter | null | undefined;
  readonly postureMs?: BigFloatFilter | null | undefined;
  readonly attempts?: IntFilter | null | undefined;
  readonly attemptFailures?: IntFilter | null | undefined;
  readonly attemptsMs?: BigFloatFilter | null | undefined;
  readonly broken?: StringFilter | null | undefined;
  readonly sampled?: IntFilter | null | undefined;
  readonly schemaVersion?: IntFilter | null | undefined;
  readonly fingerprint?: StringFilter | null | undefined;
  readonly serverVersion?: StringFilter | null | undefined;
  readonly isolationFailuresByRunId?: IsolationRunToManyIsolationFailureFilter | null | undefined;
  readonly isolationFailuresByRunIdExist?: boolean | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<IsolationRunFilter> | null | undefined;
  readonly or?: ReadonlyArray<IsolationRunFilter> | null | undefined;
  readonly not?: IsolationRunFilter | null | undefined;
};

export type IsolationRunToManyIsolationFailureFilter = {
  readonly every?: IsolationFailureFilter | null | undefined;
  readonly some?: IsolationFailureFilter | null | undefined;
  readonly none?: IsolationFailureFilter | null | undefined;
};

export type LockDownFilter = {
  readonly rowId?: BigIntFilter | null | undefined;
  readonly scope?: StringFilter | null | undefined;
  readonly tenantIds?: StringListFilter | null | undefined;
  readonly lane?: IntFilter | null | undefined;
  readonly reason?: StringFilter | null | undefined;
  readonly lockedBy?: StringFilter | null | undefined;
  readonly lockedAt?: DatetimeFilter | null | undefined;
  readonly liftReason?: StringFilter | null | undefined;
  readonly liftedBy?: StringFilter | null | undefined;
  readonly liftedAt?: DatetimeFilter | null | undefined;
  readonly and?: ReadonlyArray<LockDownFilter> | null | undefined;
  readonly or?: ReadonlyArray<LockDownFilter> | null | undefined;
  readonly not?: LockDownFilter | null | undefined;
};

export type LockDownOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'SCOPE_ASC'
  | 'SCOPE_DESC'
  | 'LANE_ASC'
  | 'LANE_DESC'
  | 'REASON_ASC'
  | 'REASON_DESC'
  | 'LOCKED_BY_ASC'
  | 'LOCKED_BY_DESC'
  | 'LOCKED_AT_ASC'
  | 'LOCKED_AT_DESC'
  | 'LIFT_REASON_ASC'
  | 'LIFT_REASON_DESC'
  | 'LIFTED_BY_ASC'
  | 'LIFTED_BY_DESC'
  | 'LIFTED_AT_ASC'
  | 'LIFTED_AT_DESC';

export type OperatorFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly email?: StringFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly role?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly lastSignInAt?: DatetimeFilter | null | undefined;
  readonly tenantVisits?: OperatorToManyTenantVisitFilter | null | undefined;
  readonly tenantVisitsExist?: boolean | null | undefined;
  readonly operatorTenants?: OperatorToManyOperatorTenantFilter | null | undefined;
  readonly operatorTenantsExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<OperatorFilter> | null | undefined;
  readonly or?: ReadonlyArray<OperatorFilter> | null | undefined;
  readonly not?: OperatorFilter | null | undefined;
};

export type OperatorTenantFilter = {
  readonly operatorId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly operator?: OperatorFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<OperatorTenantFilter> | null | undefined;
  readonly or?: ReadonlyArray<OperatorTenantFilter> | null | undefined;
  readonly not?: OperatorTenantFilter | null | undefined;
};

export type OperatorToManyOperatorTenantFilter = {
  readonly every?: OperatorTenantFilter | null | undefined;
  readonly some?: OperatorTenantFilter | null | undefined;
  readonly none?: OperatorTenantFilter | null | undefined;
};

export type OperatorToManyTenantVisitFilter = {
  readonly every?: TenantVisitFilter | null | undefined;
  readonly some?: TenantVisitFilter | null | undefined;
  readonly none?: TenantVisitFilter | null | undefined;
};

export type ProvisioningRunFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly activate?: BooleanFilter | null | undefined;
  readonly adminEmail?: StringFilter | null | undefined;
  readonly adminName?: StringFilter | null | undefined;
  readonly failedStep?: StringFilter | null | undefined;
  readonly sqlstate?: StringFilter | null | undefined;
  readonly error?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly startedAt?: DatetimeFilter | null | undefined;
  readonly finishedAt?: DatetimeFilter | null | undefined;
  readonly administratorNamed?: BooleanFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<ProvisioningRunFilter> | null | undefined;
  readonly or?: ReadonlyArray<ProvisioningRunFilter> | null | undefined;
  readonly not?: ProvisioningRunFilter | null | undefined;
};

export type ServiceAccountFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly description?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly lastUsedAt?: DatetimeFilter | null | undefined;
  readonly serviceAccountGrantsByAccountId?: ServiceAccountToManyServiceAccountGrantFilter | null | undefined;
  readonly serviceAccountGrantsByAccountIdExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<ServiceAccountFilter> | null | undefined;
  readonly or?: ReadonlyArray<ServiceAccountFilter> | null | undefined;
  readonly not?: ServiceAccountFilter | null | undefined;
};

export type ServiceAccountGrantFilter = {
  readonly accountId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly permissions?: StringListFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly account?: ServiceAccountFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<ServiceAccountGrantFilter> | null | undefined;
  readonly or?: ReadonlyArray<ServiceAccountGrantFilter> | null | undefined;
  readonly not?: ServiceAccountGrantFilter | null | undefined;
};

export type ServiceAccountToManyServiceAccountGrantFilter = {
  readonly every?: ServiceAccountGrantFilter | null | undefined;
  readonly some?: ServiceAccountGrantFilter | null | undefined;
  readonly none?: ServiceAccountGrantFilter | null | undefined;
};

export type SettingChangeFilter = {
  readonly rowId?: BigIntFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly section?: StringFilter | null | undefined;
  readonly version?: IntFilter | null | undefined;
  readonly at?: DatetimeFilter | null | undefined;
  readonly actor?: StringFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<SettingChangeFilter> | null | undefined;
  readonly or?: ReadonlyArray<SettingChangeFilter> | null | undefined;
  readonly not?: SettingChangeFilter | null | undefined;
};

export type StringFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: string | null | undefined;
  readonly notEqualTo?: string | null | undefined;
  readonly distinctFrom?: string | null | undefined;
  readonly notDistinctFrom?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly notIn?: ReadonlyArray<string> | null | undefined;
  readonly lessThan?: string | null | undefined;
  readonly lessThanOrEqualTo?: string | null | undefined;
  readonly greaterThan?: string | null | undefined;
  readonly greaterThanOrEqualTo?: string | null | undefined;
  readonly includes?: string | null | undefined;
  readonly notIncludes?: string | null | undefined;
  readonly includesInsensitive?: string | null | undefined;
  readonly notIncludesInsensitive?: string | null | undefined;
  readonly startsWith?: string | null | undefined;
  readonly notStartsWith?: string | null | undefined;
  readonly startsWithInsensitive?: string | null | undefined;
  readonly notStartsWithInsensitive?: string | null | undefined;
  readonly endsWith?: string | null | undefined;
  readonly notEndsWith?: string | null | undefined;
  readonly endsWithInsensitive?: string | null | undefined;
  readonly notEndsWithInsensitive?: string | null | undefined;
  readonly like?: string | null | undefined;
  readonly notLike?: string | null | undefined;
  readonly likeInsensitive?: string | null | undefined;
  readonly notLikeInsensitive?: string | null | undefined;
  readonly equalToInsensitive?: string | null | undefined;
  readonly notEqualToInsensitive?: string | null | undefined;
  readonly distinctFromInsensitive?: string | null | undefined;
  readonly notDistinctFromInsensitive?: string | null | undefined;
  readonly inInsensitive?: ReadonlyArray<string> | null | undefined;
  readonly notInInsensitive?: ReadonlyArray<string> | null | undefined;
  readonly lessThanInsensitive?: string | null | undefined;
  readonly lessThanOrEqualToInsensitive?: string | null | undefined;
  readonly greaterThanInsensitive?: string | null | undefined;
  readonly greaterThanOrEqualToInsensitive?: string | null | undefined;
};

export type StringListFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly notEqualTo?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly distinctFrom?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly notDistinctFrom?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly lessThan?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly lessThanOrEqualTo?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly greaterThan?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly greaterThanOrEqualTo?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly contains?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly containedBy?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly overlaps?: ReadonlyArray<string | null | undefined> | null | undefined;
  readonly anyEqualTo?: string | null | undefined;
  readonly anyNotEqualTo?: string | null | undefined;
  readonly anyLessThan?: string | null | undefined;
  readonly anyLessThanOrEqualTo?: string | null | undefined;
  readonly anyGreaterThan?: string | null | undefined;
  readonly anyGreaterThanOrEqualTo?: string | null | undefined;
};

export type TenantFilter = {
  readonly rowId?: StringFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly description?: StringFilter | null | undefined;
  readonly domain?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly tier?: StringFilter | null | undefined;
  readonly template?: StringFilter | null | undefined;
  readonly schemaVersion?: IntFilter | null | undefined;
  readonly lane?: IntFilter | null | undefined;
  readonly version?: IntFilter | null | undefined;
  readonly sizeBytes?: BigIntFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly activatedAt?: DatetimeFilter | null | undefined;
  readonly deletedAt?: DatetimeFilter | null | undefined;
  readonly purgeAfter?: DatetimeFilter | null | undefined;
  readonly lastActivityAt?: DatetimeFilter | null | undefined;
  readonly measuredAt?: DatetimeFilter | null | undefined;
  readonly provisioningRuns?: TenantToManyProvisioningRunFilter | null | undefined;
  readonly provisioningRunsExist?: boolean | null | undefined;
  readonly tenantTransitions?: TenantToManyTenantTransitionFilter | null | undefined;
  readonly tenantTransitionsExist?: boolean | null | undefined;
  readonly tenantVisits?: TenantToManyTenantVisitFilter | null | undefined;
  readonly tenantVisitsExist?: boolean | null | undefined;
  readonly serviceAccountGrants?: TenantToManyServiceAccountGrantFilter | null | undefined;
  readonly serviceAccountGrantsExist?: boolean | null | undefined;
  readonly externalIssuers?: TenantToManyExternalIssuerFilter | null | undefined;
  readonly externalIssuersExist?: boolean | null | undefined;
  readonly operatorTenants?: TenantToManyOperatorTenantFilter | null | undefined;
  readonly operatorTenantsExist?: boolean | null | undefined;
  readonly settingChanges?: TenantToManySettingChangeFilter | null | undefined;
  readonly settingChangesExist?: boolean | null | undefined;
  readonly isolationRuns?: TenantToManyIsolationRunFilter | null | undefined;
  readonly isolationRunsExist?: boolean | null | undefined;
  readonly alerts?: TenantToManyAlertFilter | null | undefined;
  readonly alertsExist?: boolean | null | undefined;
  readonly attestations?: TenantToManyAttestationFilter | null | undefined;
  readonly attestationsExist?: boolean | null | undefined;
  readonly evidenceBundles?: TenantToManyEvidenceBundleFilter | null | undefined;
  readonly evidenceBundlesExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<TenantFilter> | null | undefined;
  readonly or?: ReadonlyArray<TenantFilter> | null | undefined;
  readonly not?: TenantFilter | null | undefined;
};

export type TenantOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'DESCRIPTION_ASC'
  | 'DESCRIPTION_DESC'
  | 'DOMAIN_ASC'
  | 'DOMAIN_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'TIER_ASC'
  | 'TIER_DESC'
  | 'TEMPLATE_ASC'
  | 'TEMPLATE_DESC'
  | 'SCHEMA_VERSION_ASC'
  | 'SCHEMA_VERSION_DESC'
  | 'LANE_ASC'
  | 'LANE_DESC'
  | 'VERSION_ASC'
  | 'VERSION_DESC'
  | 'SIZE_BYTES_ASC'
  | 'SIZE_BYTES_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC'
  | 'ACTIVATED_AT_ASC'
  | 'ACTIVATED_AT_DESC'
  | 'DELETED_AT_ASC'
  | 'DELETED_AT_DESC'
  | 'PURGE_AFTER_ASC'
  | 'PURGE_AFTER_DESC'
  | 'LAST_ACTIVITY_AT_ASC'
  | 'LAST_ACTIVITY_AT_DESC'
  | 'MEASURED_AT_ASC'
  | 'MEASURED_AT_DESC';

export type TenantToManyAlertFilter = {
  readonly every?: AlertFilter | null | undefined;
  readonly some?: AlertFilter | null | undefined;
  readonly none?: AlertFilter | null | undefined;
};

export type TenantToManyAttestationFilter = {
  readonly every?: AttestationFilter | null | undefined;
  readonly some?: AttestationFilter | null | undefined;
  readonly none?: AttestationFilter | null | undefined;
};

export type TenantToManyEvidenceBundleFilter = {
  readonly every?: EvidenceBundleFilter | null | undefined;
  readonly some?: EvidenceBundleFilter | null | undefined;
  readonly none?: EvidenceBundleFilter | null | undefined;
};

export type TenantToManyExternalIssuerFilter = {
  readonly every?: ExternalIssuerFilter | null | undefined;
  readonly some?: ExternalIssuerFilter | null | undefined;
  readonly none?: ExternalIssuerFilter | null | undefined;
};

export type TenantToManyIsolationRunFilter = {
  readonly every?: IsolationRunFilter | null | undefined;
  readonly some?: IsolationRunFilter | null | undefined;
  readonly none?: IsolationRunFilter | null | undefined;
};

export type TenantToManyOperatorTenantFilter = {
  readonly every?: OperatorTenantFilter | null | undefined;
  readonly some?: OperatorTenantFilter | null | undefined;
  readonly none?: OperatorTenantFilter | null | undefined;
};

export type TenantToManyProvisioningRunFilter = {
  readonly every?: ProvisioningRunFilter | null | undefined;
  readonly some?: ProvisioningRunFilter | null | undefined;
  readonly none?: ProvisioningRunFilter | null | undefined;
};

export type TenantToManyServiceAccountGrantFilter = {
  readonly every?: ServiceAccountGrantFilter | null | undefined;
  readonly some?: ServiceAccountGrantFilter | null | undefined;
  readonly none?: ServiceAccountGrantFilter | null | undefined;
};

export type TenantToManySettingChangeFilter = {
  readonly every?: SettingChangeFilter | null | undefined;
  readonly some?: SettingChangeFilter | null | undefined;
  readonly none?: SettingChangeFilter | null | undefined;
};

export type TenantToManyTenantTransitionFilter = {
  readonly every?: TenantTransitionFilter | null | undefined;
  readonly some?: TenantTransitionFilter | null | undefined;
  readonly none?: TenantTransitionFilter | null | undefined;
};

export type TenantToManyTenantVisitFilter = {
  readonly every?: TenantVisitFilter | null | undefined;
  readonly some?: TenantVisitFilter | null | undefined;
  readonly none?: TenantVisitFilter | null | undefined;
};

export type TenantTransitionFilter = {
  readonly rowId?: BigIntFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly fromStatus?: StringFilter | null | undefined;
  readonly toStatus?: StringFilter | null | undefined;
  readonly reason?: StringFilter | null | undefined;
  readonly actor?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<TenantTransitionFilter> | null | undefined;
  readonly or?: ReadonlyArray<TenantTransitionFilter> | null | undefined;
  readonly not?: TenantTransitionFilter | null | undefined;
};

export type TenantUserFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly email?: StringFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly role?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly lastSignInAt?: DatetimeFilter | null | undefined;
  readonly lockedUntil?: DatetimeFilter | null | undefined;
  readonly sessions?: IntFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly secondFactor?: BooleanFilter | null | undefined;
  readonly and?: ReadonlyArray<TenantUserFilter> | null | undefined;
  readonly or?: ReadonlyArray<TenantUserFilter> | null | undefined;
  readonly not?: TenantUserFilter | null | undefined;
};

export type TenantVisitFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly tenantId?: StringFilter | null | undefined;
  readonly operatorId?: UUIDFilter | null | undefined;
  readonly reason?: StringFilter | null | undefined;
  readonly role?: StringFilter | null | undefined;
  readonly access?: StringFilter | null | undefined;
  readonly startedAt?: DatetimeFilter | null | undefined;
  readonly expiresAt?: DatetimeFilter | null | undefined;
  readonly endedAt?: DatetimeFilter | null | undefined;
  readonly operator?: OperatorFilter | null | undefined;
  readonly tenant?: TenantFilter | null | undefined;
  readonly and?: ReadonlyArray<TenantVisitFilter> | null | undefined;
  readonly or?: ReadonlyArray<TenantVisitFilter> | null | undefined;
  readonly not?: TenantVisitFilter | null | undefined;
};

export type UUIDFilter = {
  readonly isNull?: boolean | null | undefined;
  readonly equalTo?: string | null | undefined;
  readonly notEqualTo?: string | null | undefined;
  readonly distinctFrom?: string | null | undefined;
  readonly notDistinctFrom?: string | null | undefined;
  readonly in?: ReadonlyArray<string> | null | undefined;
  readonly notIn?: ReadonlyArray<string> | null | undefined;
  readonly lessThan?: string | null | undefined;
  readonly lessThanOrEqualTo?: string | null | undefined;
  readonly greaterThan?: string | null | undefined;
  readonly greaterThanOrEqualTo?: string | null | undefined;
};
