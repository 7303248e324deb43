-- Brands, and the companies licensed to use them.
--
-- Names are unique in any case; lengths and patterns are CHECKs, so that a refusal names the field.

create table brands (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  description text,
  category text,
  trademark_number text,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint brands_name_length check (length(btrim(name)) between 1 and 200),
  constraint brands_description_length check (length(description) <= 5000),
  constraint brands_category_length check (length(category) <= 100),
  constraint brands_trademark_number_length check (length(trademark_number) <= 50),
  constraint brands_status_known check (status in ('active', 'paused', 'retired'))
);
create unique index brands_name_key on brands (lower(name));

create table licensees (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  legal_name text,
  country text,
  contact_email text,
  status text not null default 'active',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint licensees_name_length check (length(btrim(name)) between 1 and 200),
  constraint licensees_legal_name_length check (length(legal_name) <= 200),
  constraint licensees_country_form check (country ~ '^[A-Z]{2}$'),
  constraint licensees_contact_email_form check (length(contact_email) <= 254 and contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  constraint licensees_status_known check (status in ('prospect', 'active', 'blocked'))
);
create unique index licensees_name_key on licensees (lower(name));

create trigger brands_touch before update on brands for each row execute function touch_updated_at();
create trigger licensees_touch before update on licensees for each row execute function touch_updated_at();

alter table brands enable row level security;
alter table licensees enable row level security;

create policy brands_read on brands for select using ((select has_permission('brands.read')));
create policy brands_create on brands for insert with check ((select has_permission('brands.write')));
create policy brands_change on brands for update using ((select has_permission('brands.write')));
create policy brands_delete on brands for delete using ((select has_permission('brands.write')));

create policy licensees_read on licensees for select using ((select has_permission('licensees.read')));
create policy licensees_create on licensees for insert with check ((select has_permission('licensees.write')));
create policy licensees_change on licensees for update using ((select has_permission('licensees.write')));

-- Columns not named here, keys and times, are the database's.
grant select, insert (name, description, category, trademark_number, status),
  update (name, description, category, trademark_number, status), delete on brands to :TENANT;
grant select, insert (name, legal_name, country, contact_email, status),
  update (name, legal_name, country, contact_email, status) on licensees to :TENANT;

comment on table brands is 'A brand the tenant owns and licenses out.';
comment on column brands.id is 'Key of the brand.';
comment on column brands.name is 'Name of the brand, unique in any case, up to 200 characters.';
comment on column brands.description is 'What the brand stands for, up to 5,000 characters.';
comment on column brands.category is 'Kind of goods the brand is known for, such as toys or outdoor clothing.';
comment on column brands.trademark_number is 'Registration number of the trademark, as the register writes it.';
comment on column brands.status is 'active: licensed out; paused: not on offer for now; retired: kept for the record.';
comment on column brands.created_at is 'When the brand was created.';
comment on column brands.updated_at is 'When the brand was last changed.';
comment on table licensees is 'A company that makes or sells goods under the tenant''s brands.';
comment on column licensees.id is 'Key of the licensee.';
comment on column licensees.name is 'Name in everyday use, unique in any case, up to 200 characters.';
comment on column licensees.legal_name is 'Registered name of the company, as it stands in contracts.';
comment on column licensees.country is 'Country of its seat: ISO 3166-1 alpha-2 code, such as DE.';
comment on column licensees.contact_email is 'E-mail address of the contact for approvals and reports.';
comment on column licensees.status is 'prospect: in talks; active: a partner; blocked: not to be dealt with.';
comment on column licensees.created_at is 'When the licensee was created.';
comment on column licensees.updated_at is 'When the licensee was last changed.';
