/** Made from the API, for the operations that need them. Written by: npm run snapshots */
export type AgreementFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly number?: StringFilter | null | undefined;
  readonly brandId?: UUIDFilter | null | undefined;
  readonly licenseeId?: UUIDFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly territories?: StringListFilter | null | undefined;
  readonly productCategories?: StringListFilter | null | undefined;
  readonly startsOn?: DateFilter | null | undefined;
  readonly endsOn?: DateFilter | null | undefined;
  readonly royaltyRate?: BigFloatFilter | null | undefined;
  readonly minimumGuarantee?: BigFloatFilter | null | undefined;
  readonly currency?: StringFilter | null | undefined;
  readonly notes?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly approvals?: AgreementToManyApprovalFilter | null | undefined;
  readonly approvalsExist?: boolean | null | undefined;
  readonly brand?: BrandFilter | null | undefined;
  readonly licensee?: LicenseeFilter | null | undefined;
  readonly and?: ReadonlyArray<AgreementFilter> | null | undefined;
  readonly or?: ReadonlyArray<AgreementFilter> | null | undefined;
  readonly not?: AgreementFilter | null | undefined;
};

export type AgreementOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'NUMBER_ASC'
  | 'NUMBER_DESC'
  | 'BRAND_ID_ASC'
  | 'BRAND_ID_DESC'
  | 'LICENSEE_ID_ASC'
  | 'LICENSEE_ID_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'STARTS_ON_ASC'
  | 'STARTS_ON_DESC'
  | 'ENDS_ON_ASC'
  | 'ENDS_ON_DESC'
  | 'ROYALTY_RATE_ASC'
  | 'ROYALTY_RATE_DESC'
  | 'MINIMUM_GUARANTEE_ASC'
  | 'MINIMUM_GUARANTEE_DESC'
  | 'CURRENCY_ASC'
  | 'CURRENCY_DESC'
  | 'NOTES_ASC'
  | 'NOTES_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type AgreementToManyApprovalFilter = {
  readonly every?: ApprovalFilter | null | undefined;
  readonly some?: ApprovalFilter | null | undefined;
  readonly none?: ApprovalFilter | null | undefined;
};

export type ApprovalFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly agreementId?: UUIDFilter | null | undefined;
  readonly kind?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly requestedBy?: UUIDFilter | null | undefined;
  readonly decidedBy?: UUIDFilter | null | undefined;
  readonly decidedAt?: DatetimeFilter | null | undefined;
  readonly comment?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly agreement?: AgreementFilter | null | undefined;
  readonly decider?: UserFilter | null | undefined;
  readonly deciderExists?: boolean | null | undefined;
  readonly requester?: UserFilter | null | undefined;
  readonly and?: ReadonlyArray<ApprovalFilter> | null | undefined;
  readonly or?: ReadonlyArray<ApprovalFilter> | null | undefined;
  readonly not?: ApprovalFilter | null | undefined;
};

export type ApprovalOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'AGREEMENT_ID_ASC'
  | 'AGREEMENT_ID_DESC'
  | 'KIND_ASC'
  | 'KIND_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'REQUESTED_BY_ASC'
  | 'REQUESTED_BY_DESC'
  | 'DECIDED_BY_ASC'
  | 'DECIDED_BY_DESC'
  | 'DECIDED_AT_ASC'
  | 'DECIDED_AT_DESC'
  | 'COMMENT_ASC'
  | 'COMMENT_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

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

export type BrandFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly description?: StringFilter | null | undefined;
  readonly category?: StringFilter | null | undefined;
  readonly trademarkNumber?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly agreements?: BrandToManyAgreementFilter | null | undefined;
  readonly agreementsExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<BrandFilter> | null | undefined;
  readonly or?: ReadonlyArray<BrandFilter> | null | undefined;
  readonly not?: BrandFilter | null | undefined;
};

export type BrandOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'DESCRIPTION_ASC'
  | 'DESCRIPTION_DESC'
  | 'CATEGORY_ASC'
  | 'CATEGORY_DESC'
  | 'TRADEMARK_NUMBER_ASC'
  | 'TRADEMARK_NUMBER_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type BrandToManyAgreementFilter = {
  readonly every?: AgreementFilter | null | undefined;
  readonly some?: AgreementFilter | null | undefined;
  readonly none?: AgreementFilter | null | undefined;
};

export type DateFilter = {
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

export type LicenseeFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly legalName?: StringFilter | null | undefined;
  readonly country?: StringFilter | null | undefined;
  readonly contactEmail?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly agreements?: LicenseeToManyAgreementFilter | null | undefined;
  readonly agreementsExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<LicenseeFilter> | null | undefined;
  readonly or?: ReadonlyArray<LicenseeFilter> | null | undefined;
  readonly not?: LicenseeFilter | null | undefined;
};

export type LicenseeOrderBy =
  | 'NATURAL'
  | 'PRIMARY_KEY_ASC'
  | 'PRIMARY_KEY_DESC'
  | 'ROW_ID_ASC'
  | 'ROW_ID_DESC'
  | 'NAME_ASC'
  | 'NAME_DESC'
  | 'LEGAL_NAME_ASC'
  | 'LEGAL_NAME_DESC'
  | 'COUNTRY_ASC'
  | 'COUNTRY_DESC'
  | 'CONTACT_EMAIL_ASC'
  | 'CONTACT_EMAIL_DESC'
  | 'STATUS_ASC'
  | 'STATUS_DESC'
  | 'CREATED_AT_ASC'
  | 'CREATED_AT_DESC'
  | 'UPDATED_AT_ASC'
  | 'UPDATED_AT_DESC';

export type LicenseeToManyAgreementFilter = {
  readonly every?: AgreementFilter | null | undefined;
  readonly some?: AgreementFilter | null | undefined;
  readonly none?: AgreementFilter | null | undefined;
};

export type NotificationRuleFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly event?: StringFilter | null | undefined;
  readonly channel?: StringFilter | null | undefined;
  readonly roleName?: StringFilter | null | undefined;
  readonly daysBefore?: IntFilter | null | undefined;
  readonly enabled?: BooleanFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly roleByRoleName?: RoleFilter | null | undefined;
  readonly and?: ReadonlyArray<NotificationRuleFilter> | null | undefined;
  readonly or?: ReadonlyArray<NotificationRuleFilter> | null | undefined;
  readonly not?: NotificationRuleFilter | null | undefined;
};

export type PermissionFilter = {
  readonly name?: StringFilter | null | undefined;
  readonly description?: StringFilter | null | undefined;
  readonly rolePermissionsByPermission?: PermissionToManyRolePermissionFilter | null | undefined;
  readonly rolePermissionsByPermissionExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<PermissionFilter> | null | undefined;
  readonly or?: ReadonlyArray<PermissionFilter> | null | undefined;
  readonly not?: PermissionFilter | null | undefined;
};

export type PermissionToManyRolePermissionFilter = {
  readonly every?: RolePermissionFilter | null | undefined;
  readonly some?: RolePermissionFilter | null | undefined;
  readonly none?: RolePermissionFilter | null | undefined;
};

export type RoleFilter = {
  readonly name?: StringFilter | null | undefined;
  readonly description?: StringFilter | null | undefined;
  readonly builtin?: BooleanFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly rolePermissionsByRoleName?: RoleToManyRolePermissionFilter | null | undefined;
  readonly rolePermissionsByRoleNameExist?: boolean | null | undefined;
  readonly usersByRole?: RoleToManyUserFilter | null | undefined;
  readonly usersByRoleExist?: boolean | null | undefined;
  readonly notificationRulesByRoleName?: RoleToManyNotificationRuleFilter | null | undefined;
  readonly notificationRulesByRoleNameExist?: boolean | null | undefined;
  readonly and?: ReadonlyArray<RoleFilter> | null | undefined;
  readonly or?: ReadonlyArray<RoleFilter> | null | undefined;
  readonly not?: RoleFilter | null | undefined;
};

export type RolePermissionFilter = {
  readonly roleName?: StringFilter | null | undefined;
  readonly permission?: StringFilter | null | undefined;
  readonly permissionByPermission?: PermissionFilter | null | undefined;
  readonly roleByRoleName?: RoleFilter | null | undefined;
  readonly and?: ReadonlyArray<RolePermissionFilter> | null | undefined;
  readonly or?: ReadonlyArray<RolePermissionFilter> | null | undefined;
  readonly not?: RolePermissionFilter | null | undefined;
};

export type RoleToManyNotificationRuleFilter = {
  readonly every?: NotificationRuleFilter | null | undefined;
  readonly some?: NotificationRuleFilter | null | undefined;
  readonly none?: NotificationRuleFilter | null | undefined;
};

export type RoleToManyRolePermissionFilter = {
  readonly every?: RolePermissionFilter | null | undefined;
  readonly some?: RolePermissionFilter | null | undefined;
  readonly none?: RolePermissionFilter | null | undefined;
};

export type RoleToManyUserFilter = {
  readonly every?: UserFilter | null | undefined;
  readonly some?: UserFilter | null | undefined;
  readonly none?: UserFilter | null | undefined;
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

export type UserFilter = {
  readonly rowId?: UUIDFilter | null | undefined;
  readonly email?: StringFilter | null | undefined;
  readonly name?: StringFilter | null | undefined;
  readonly role?: StringFilter | null | undefined;
  readonly status?: StringFilter | null | undefined;
  readonly lastSignInAt?: DatetimeFilter | null | undefined;
  readonly createdAt?: DatetimeFilter | null | undefined;
  readonly updatedAt?: DatetimeFilter | null | undefined;
  readonly decidedApprovals?: UserToManyApprovalFilter | null | undefined;
  readonly decidedApprovalsExist?: boolean | null | undefined;
  readonly requestedApprovals?: UserToManyApprovalFilter | null | undefined;
  readonly requestedApprovalsExist?: boolean | null | undefined;
  readonly roleByRole?: RoleFilter | null | undefined;
  readonly and?: ReadonlyArray<UserFilter> | null | undefined;
  readonly or?: ReadonlyArray<UserFilter> | null | undefined;
  readonly not?: UserFilter | null | undefined;
};

export type UserToManyApprovalFilter = {
  readonly every?: ApprovalFilter | null | undefined;
  readonly some?: ApprovalFilter | null | undefined;
  readonly none?: ApprovalFilter | null | undefined;
};
