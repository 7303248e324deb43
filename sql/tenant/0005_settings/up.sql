-- Settings of the tenant and the rules by which it is told of what happens.

create table settings (
  section text primary key,
  value jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  constraint settings_section_known check (section in ('branding', 'business_rules', 'integrations', 'features')),
  constraint settings_value_form check (jsonb_typeof(value) = 'object' and length(value::text) <= 65536)
);

create table notification_rules (
  id uuid primary key default gen_random_uuid(),
  event varchar(60) not null,
  channel varchar(60) not null default 'email',
  role_name varchar(48) not null,
  days_before integer,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notification_rules_event_known check (
    event in ('approval_requested', 'approval_decided', 'agreement_ending', 'agreement_ended')),
  constraint notification_rules_channel_known check (channel in ('email', 'webhook')),
  constraint notification_rules_days_before_range check (days_before between 1 and 365),
  constraint notification_rules_days_before_given check ((event = 'agreement_ending') = (days_before is not null))
);
create index notification_rules_role_name_idx on notification_rules (role_name);

create trigger settings_touch before update on settings for each row execute function touch_updated_at();
create trigger notification_rules_touch before update on notification_rules for each row execute function touch_updated_at();

alter table settings enable row level security;
alter table notification_rules enable row level security;

create policy settings_read on settings for select using ((select has_permission('settings.manage')));
create policy settings_change on settings for update using ((select has_permission('settings.manage')));
create policy notification_rules_manage on notification_rules using ((select has_permission('settings.manage')));

grant select, update (value) on settings to :TENANT;
grant select, insert (event, channel, role_name, days_before, enabled),
  update (event, channel, role_name, days_before, enabled), delete on notification_rules to :TENANT;

comment on table settings is 'Settings of the tenant, one row a section.';
comment on column settings.section is 'branding, business_rules, integrations or features.';
comment on column settings.value is 'The settings of the section, one JSON object of at most 65,536 characters.';
comment on column settings.updated_at is 'When the section was last changed.';
comment on table notification_rules is 'Who is told of what, and how.';
comment on column notification_rules.id is 'Key of the rule.';
comment on column notification_rules.event is 'approval_requested, approval_decided, agreement_ending or agreement_ended.';
comment on column notification_rules.channel is 'email or webhook.';
comment on column notification_rules.role_name is 'The role whose users are told.';
comment on column notification_rules.days_before is 'For agreement_ending only: days before the last day, 1 to 365.';
comment on column notification_rules.enabled is 'Whether the rule is in force.';
comment on column notification_rules.created_at is 'When the rule was created.';
comment on column notification_rules.updated_at is 'When the rule was last changed.';
