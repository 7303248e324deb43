-- Agreements between the tenant and its licensees, and the approvals along the way.
--
-- An agreement moves only like this, whoever moves it:
--   draft            -> pending_approval   an approval of kind agreement is requested
--   pending_approval -> active             that approval is given
--   pending_approval -> draft              that approval is refused
--   active           -> terminated
--   active           -> expired            once ends_on has passed
-- expired and terminated are final. An agreement is pending_approval exactly while an approval of kind agreement
-- is pending: the approvals drive, the agreement follows.

create table agreements (
  id uuid primary key default gen_random_uuid(),
  number text not null unique,
  brand_id uuid not null references brands on delete no action,
  licensee_id uuid not null references licensees on delete no action,
  status text not null default 'draft',
  territories text[] not null default '{}',
  product_categories text[] not null default '{}',
  starts_on date,
  ends_on date,
  royalty_rate numeric(5, 2) not null default 0,
  minimum_guarantee numeric(14, 2) not null default 0,
  currency text,
  notes text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agreements_number_form check (number ~ '^[A-Z0-9][A-Z0-9/._-]{0,49}$'),
  constraint agreements_status_known check (status in ('draft', 'pending_approval', 'active', 'expired', 'terminated')),
  constraint agreements_territories_form check (
    array_position(territories, null) is null and cardinality(territories) <= 300
    and length(array_to_string(territories, ',')) <= 5000),
  constraint agreements_product_categories_form check (
    array_position(product_categories, null) is null and cardinality(product_categories) <= 300
    and length(array_to_string(product_categories, ',')) <= 5000),
  constraint agreements_ends_on_after_start check (ends_on > starts_on),
  constraint agreements_royalty_rate_range check (royalty_rate between 0 and 100),
  constraint agreements_minimum_guarantee_range check (minimum_guarantee >= 0),
  constraint agreements_currency_form check (currency ~ '^[A-Z]{3}$'),
  constraint agreements_currency_given check (minimum_guarantee = 0 or currency is not null),
  constraint agreements_notes_length check (length(notes) <= 20000),
  constraint agreements_complete check (
    status = 'draft' or (starts_on is not null and ends_on is not null and cardinality(territories) > 0))
);
create index agreements_brand_id_idx on agreements (brand_id);
create index agreements_licensee_id_idx on agreements (licensee_id);
create index agreements_status_ends_on_idx on agreements (status, ends_on);

create table approvals (
  id uuid primary key default gen_random_uuid(),
  agreement_id uuid not null references agreements on delete cascade,
  kind text not null,
  status text not null default 'pending',
  requested_by uuid not null default request_user_id() references users on delete no action,
  decided_by uuid references users on delete no action,
  decided_at timestamptz,
  comment text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint approvals_kind_known check (kind in ('agreement', 'concept', 'sample', 'artwork')),
  constraint approvals_status_known check (status in ('pending', 'approved', 'rejected')),
  constraint approvals_decided_by_other check (decided_by <> requested_by),
  constraint approvals_decision_whole check (
    (status = 'pending') = (decided_by is null) and (status = 'pending') = (decided_at is null)),
  constraint approvals_comment_length check (length(comment) <= 5000)
);
create index approvals_agreement_id_idx on approvals (agreement_id);
create index approvals_requested_by_idx on approvals (requested_by);
create index approvals_decided_by_idx on approvals (decided_by);
create index approvals_status_created_at_idx on approvals (status, created_at);

create trigger agreements_guard before update on agreements for each row execute function agreements_guard();
create trigger agreements_touch before update on agreements for each row execute function touch_updated_at();
create trigger approvals_guard before update on approvals for each row execute function approvals_guard();
create trigger approvals_touch before update on approvals for each row execute function touch_updated_at();
create trigger approvals_move_agreement after insert or update of status on approvals
  for each row when (new.kind = 'agreement') execute function approvals_move_agreement();

alter table agreements enable row level security;
alter table approvals enable row level security;

-- What may be touched depends on where the agreement stands, and where it may be left on who moves it; which
-- pairs of the two are a legal move is agreements_guard's business.
create policy agreements_read on agreements for select using ((select has_permission('agreements.read')));
create policy agreements_create on agreements for insert with check (
  (select has_permission('agreements.write')) and status = 'draft');
create policy agreements_change on agreements for update
  using (case status
    when 'draft' then (select has_permission('agreements.write')) or (select has_permission('agreements.submit'))
    when 'pending_approval' then (select has_permission('approvals.decide'))
    when 'active' then (select has_permission('agreements.terminate'))
    else false end)
  with check (case status
    when 'draft' then (select has_permission('agreements.write')) or (select has_permission('approvals.decide'))
    when 'pending_approval' then (select has_permission('agreements.submit'))
    when 'active' then (select has_permission('approvals.decide'))
    else (select has_permission('agreements.terminate')) end);
create policy agreements_delete on agreements for delete using (
  status = 'draft' and (select has_permission('agreements.delete')));

create policy approvals_read on approvals for select using ((select has_permission('approvals.read')));
create policy approvals_create on approvals for insert with check (
  requested_by = (select request_user_id()) and status = 'pending'
  and case kind when 'agreement' then (select has_permission('agreements.submit')) else (select has_permission('approvals.request')) end);
create policy approvals_decide on approvals for update
  using ((select has_permission('approvals.decide')))
  with check ((select has_permission('approvals.decide')) and status <> 'pending');
create policy approvals_change on approvals for update
  using (requested_by = (select request_user_id()) and status = 'pending' and (select has_permission('approvals.request')));

-- Columns not named here are the database's: keys, times, an agreement's first status, who asked and who decided.
grant select,
  insert (number, brand_id, licensee_id, territories, product_categories, starts_on, ends_on, royalty_rate,
    minimum_guarantee, currency, notes),
  update (number, brand_id, licensee_id, territories, product_categories, starts_on, ends_on, royalty_rate,
    minimum_guarantee, currency, notes, status), delete on agreements to :TENANT;
grant select, insert (agreement_id, kind, comment), update (status, comment) on approvals to :TENANT;

comment on table agreements is 'A licence: which licensee may use which brand, where, for what, until when and for how much.';
comment on column agreements.id is 'Key of the agreement.';
comment on column agreements.number is 'Reference number: capital letters, digits, slash, dot, hyphen or underscore, up to 50 characters.';
comment on column agreements.brand_id is 'The brand licensed.';
comment on column agreements.licensee_id is 'The company that receives the licence.';
comment on column agreements.status is E'@behavior -insert -update\ndraft, pending_approval, active, expired or terminated. Moved by submitting, deciding and terminating.';
comment on column agreements.territories is 'Where the licence holds: ISO 3166-1 alpha-2 codes or names of regions. At least one on submission.';
comment on column agreements.product_categories is 'What may be made under the licence, such as footwear.';
comment on column agreements.starts_on is 'First day of the licence. Needed on submission.';
comment on column agreements.ends_on is 'Last day of the licence, after the first. Needed on submission.';
comment on column agreements.royalty_rate is 'Share of net sales due to the brand, in per cent, 0 to 100.';
comment on column agreements.minimum_guarantee is 'Least amount due over the whole term, in the currency of the agreement.';
comment on column agreements.currency is 'ISO 4217 code, such as EUR. Needed with a minimum guarantee.';
comment on column agreements.notes is 'Free text, up to 20,000 characters. A reason for termination is added here.';
comment on column agreements.created_at is 'When the agreement was created.';
comment on column agreements.updated_at is 'When the agreement was last changed.';
comment on table approvals is 'A request for consent under an agreement, and the answer.';
comment on column approvals.id is 'Key of the approval.';
comment on column approvals.agreement_id is 'The agreement concerned.';
comment on column approvals.kind is 'agreement: the agreement as a whole; concept, sample or artwork: a product made under it.';
comment on column approvals.status is E'@behavior -insert -update\npending, approved or rejected. Changed by deciding.';
comment on column approvals.requested_by is 'The user who asked; taken from the session.';
comment on column approvals.decided_by is 'The user who decided, never the one who asked; taken from the session.';
comment on column approvals.decided_at is 'When it was decided; empty while pending.';
comment on column approvals.comment is 'What was said last: by the requester when asking, by the other when deciding. Up to 5,000 characters.';
comment on column approvals.created_at is 'When the approval was requested.';
comment on column approvals.updated_at is 'When the approval was last changed.';
comment on constraint approvals_requested_by_fkey on approvals is E'@fieldName requester\n@foreignFieldName requestedApprovals';
comment on constraint approvals_decided_by_fkey on approvals is E'@fieldName decider\n@foreignFieldName decidedApprovals';
