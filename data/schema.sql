-- The shape of the database. Written by: npm run snapshots

create schema audit authorization tenantry_owner;
grant usage on schema audit to tenantry_admin;
grant usage on schema audit to tenantry_audit;
grant usage on schema audit to tenantry_operator;
grant usage on schema audit to tenantry_security;
grant usage on schema audit to tenantry_worker;

function audit.actor() returns text sql stable owner tenantry_owner

-- table audit.buffer, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column at timestamp with time zone not null default clock_timestamp()
  column source text not null
  column action text not null
  column outcome text not null default 'ok'::text
  column tenant_id text
  column actor text not null
  column actor_role text
  column subject text
  column before jsonb
  column after jsonb
  column detail jsonb
  column session_id text
  column request_id text
  column on_behalf_of text
  constraint buffer_pkey PRIMARY KEY (id)
  policy servers_write for insert to tenantry_audit with check (((source = 'server'::text) AND (action ~ '^(request|call)(\.[a-z_]+)+$'::text) AND (outcome = ANY (ARRAY['ok'::text, 'refused'::text, 'failed'::text])) AND (COALESCE(jsonb_typeof(detail), 'object'::text) = 'object'::text)))
  grant insert (source, action, outcome, tenant_id, actor, actor_role, detail, session_id, request_id, on_behalf_of) to tenantry_audit

-- sequence audit.buffer_id_seq, owner tenantry_owner

-- table audit.checkpoints, owner tenantry_owner, row security
  column number bigint not null
  column at timestamp with time zone not null default now()
  column statement text not null
  column outside boolean not null default false
  constraint checkpoints_pkey PRIMARY KEY (number)
  policy security_reads for select to tenantry_admin, tenantry_security using ((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL))
  grant select to tenantry_admin
  grant select to tenantry_security

function audit.contradicted(heads jsonb) returns text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.cut(partition text, stretches jsonb, statement text) returns bigint plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.cut_statements, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column at timestamp with time zone not null default now()
  column partition text not null
  column statement text not null
  constraint cut_statements_pkey PRIMARY KEY (id)
  policy security_reads for select to tenantry_admin, tenantry_security using ((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL))
  grant select to tenantry_admin
  grant select to tenantry_security

-- sequence audit.cut_statements_id_seq, owner tenantry_owner

-- table audit.cuts, owner tenantry_owner, row security
  column chain text not null
  column first_seq bigint not null
  column last_seq bigint not null
  column previous_hash bytea not null
  column last_hash bytea not null
  column events bigint not null
  column retention text not null
  column statement_id bigint not null
  constraint cuts_pkey PRIMARY KEY (chain, first_seq)
  constraint cuts_statement_id_fkey FOREIGN KEY (statement_id) REFERENCES audit.cut_statements(id) ON DELETE RESTRICT
  constraint cuts_whole CHECK ((events = ((last_seq - first_seq) + 1)))
  CREATE INDEX cuts_statement_id_idx ON audit.cuts USING btree (statement_id)
  policy security_reads for select to tenantry_admin, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (chain = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_security

function audit.data_key(chain text, person text, sealed bytea) returns bigint plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.data_keys, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column chain text not null
  column person text
  column sealed bytea
  column created_at timestamp with time zone not null default now()
  column destroyed_at timestamp with time zone
  constraint data_keys_destroyed CHECK (((sealed IS NULL) = (destroyed_at IS NOT NULL)))
  constraint data_keys_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX data_keys_in_use ON audit.data_keys USING btree (chain, COALESCE(person, ''::text)) WHERE (destroyed_at IS NULL)

-- sequence audit.data_keys_id_seq, owner tenantry_owner

function audit.destroy_keys(chain text, person text) returns integer plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.ensure_partitions(since timestamp with time zone) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.event_bytes(e audit.events) returns bytea sql stable owner tenantry_owner

-- partitioned table audit.events, owner tenantry_owner, row security
  column chain text not null
  column seq bigint not null
  column at timestamp with time zone not null
  column retention text not null
  column source text not null
  column action text not null
  column outcome text not null
  column actor text not null
  column actor_role text
  column on_behalf_of text
  column subject text
  column session_id text
  column request_id text
  column changed text
  column before jsonb
  column after jsonb
  column detail jsonb
  column key_id bigint
  column sealed bytea
  column hash bytea not null
  constraint events_key_id_fkey FOREIGN KEY (key_id) REFERENCES audit.data_keys(id) ON DELETE RESTRICT
  constraint events_pkey PRIMARY KEY (chain, seq, at, retention)
  constraint events_retention_known CHECK ((retention = ANY (ARRAY['90d'::text, '1y'::text, '7y'::text, 'hold'::text])))
  CREATE INDEX events_at_idx ON ONLY audit.events USING btree (at)
  CREATE INDEX events_chain_at_idx ON ONLY audit.events USING btree (chain, at)
  CREATE INDEX events_key_id_idx ON ONLY audit.events USING btree (key_id) WHERE (key_id IS NOT NULL)

function audit.expired_partitions() returns TABLE(partition text, retention text, stretches jsonb) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.heads, owner tenantry_owner, row security
  column chain text not null
  column seq bigint not null
  column hash bytea not null
  column sealed_at timestamp with time zone not null default now()
  column checkpoint_seq bigint
  column verified_seq bigint
  column verified_at timestamp with time zone
  column flaw text
  constraint heads_pkey PRIMARY KEY (chain)
  policy security_reads for select to tenantry_admin, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (chain = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_security

-- view audit.incident, owner tenantry_owner
  column id uuid
  column severity text
  column status text
  column summary text
  column tenant_ids text[]
  column notice text
  column about_request text
  column events text[]
  column reported_by text
  column reported_at timestamp with time zone
  column resolution text
  column closed_by text
  column closed_at timestamp with time zone
  grant select to tenantry_admin
  grant select to tenantry_security

function audit.keys_to_reseal(most integer) returns TABLE(kind text, id text, chain text, person text, sealed bytea) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.log_position(source text, OUT file text, OUT bytes bigint, OUT sessions jsonb, OUT logged text[]) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.log_positions, owner tenantry_owner, row security
  column source text not null
  column file text not null
  column bytes bigint not null
  column sessions jsonb not null
  column read_at timestamp with time zone not null default now()
  column moved_at timestamp with time zone not null default now()
  constraint log_positions_pkey PRIMARY KEY (source)

function audit.logged_logins() returns TABLE(name text, logged boolean) sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.move_head(head audit.heads) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.next_checkpoint() returns TABLE(number bigint, previous bytea, complete boolean, heads jsonb) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.note_verdicts(verification_id uuid, chain_asked text, verdict jsonb) returns TABLE(chain text, first_bad bigint, flaw text) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.open_columns(table_name text) returns text[] plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.order_first_verification() returns uuid plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.order_verification(chain text) returns uuid plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.person_of(e audit.buffer) returns text sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.private_part(e audit.buffer) returns jsonb plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.put_aside(id bigint, flaw text) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.record(action text, tenant_id text, subject text, outcome text, before jsonb, after jsonb, detail jsonb) returns void plpgsql volatile owner tenantry_owner

function audit.record_change() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.report_rollback(number bigint, why text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.report_unordered(partition text, flaw text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.retention, owner tenantry_owner, row security
  column tenant_id text not null
  column class text not null default '1y'::text
  column hold_reason text
  column held_at timestamp with time zone
  constraint retention_class_known CHECK ((class = ANY (ARRAY['90d'::text, '1y'::text, '7y'::text])))
  constraint retention_hold_whole CHECK (((hold_reason IS NULL) = (held_at IS NULL)))
  constraint retention_pkey PRIMARY KEY (tenant_id)
  constraint retention_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE CASCADE
  policy security_reads for select to tenantry_admin, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_security

function audit.retire_statement_key(reason text) returns text plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function audit.seal(ids bigint[], key_ids bigint[], sealed bytea[]) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp, client_encoding=UTF8 owner tenantry_owner execute to tenantry_worker

function audit.secret_columns(table_name text) returns text[] sql immutable owner tenantry_owner

-- table audit.set_aside, owner tenantry_owner, row security
  column id bigint not null
  column set_aside_at timestamp with time zone not null default now()
  column at timestamp with time zone not null
  column tenant_id text
  column action text not null
  column actor text not null
  column flaw text not null
  column event jsonb
  constraint set_aside_pkey PRIMARY KEY (id)
  policy security_reads for select to tenantry_admin, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select (id, set_aside_at, at, tenant_id, action, actor, flaw) to tenantry_admin
  grant select (id, set_aside_at, at, tenant_id, action, actor, flaw) to tenantry_security

function audit.stated(tenant_id text, detail jsonb) returns jsonb plpgsql stable owner tenantry_owner

function audit.statement_key() returns TABLE(kid text, sealed bytea, public_jwk jsonb, created_at timestamp with time zone) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.statement_keys, owner tenantry_owner, row security
  column kid text not null
  column public_jwk jsonb not null
  column sealed bytea
  column created_at timestamp with time zone not null default now()
  column retired_at timestamp with time zone
  constraint statement_keys_kid_is_thumbprint CHECK (((kid ~ '^[A-Za-z0-9_-]{43}$'::text) AND ((public_jwk ->> 'kid'::text) = kid)))
  constraint statement_keys_pkey PRIMARY KEY (kid)
  constraint statement_keys_retired CHECK (((sealed IS NULL) = (retired_at IS NOT NULL)))
  CREATE UNIQUE INDEX statement_keys_one_in_use ON audit.statement_keys USING btree ((true)) WHERE (retired_at IS NULL)

function audit.statements_inside() returns TABLE(name text, statement text, public_jwk jsonb) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.store_checkpoint(number bigint, statement text, heads jsonb, outside boolean) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.store_direct(source text, known_file text, known_bytes bigint, file text, bytes bigint, sessions jsonb, events jsonb) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.store_resealed(kind text, id text, opened bytea, sealed bytea) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.store_statement_key(kid text, public_jwk jsonb, sealed bytea) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.stretches(partition text) returns TABLE(chain text, first_seq bigint, last_seq bigint, events bigint, previous_hash bytea, last_hash bytea) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.take(most integer, skipping text[]) returns TABLE(id bigint, chain text, person text, private text, key_id bigint, key bytea) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.tenant_trail(schema_name text, older_than timestamp with time zone, size integer, about text) returns TABLE(at timestamp with time zone, action text, outcome text, actor text, actor_role text, subject text, changed text[], before jsonb, after jsonb, detail jsonb, request_id text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.trail_page(schema_name text, older_than timestamp with time zone, size integer, about text, since timestamp with time zone, only_action text, only_actor text, only_outcome text) returns TABLE(at timestamp with time zone, action text, outcome text, actor text, actor_role text, on_behalf_of text, subject text, changed text[], before jsonb, after jsonb, detail jsonb, sealed jsonb, request_id text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function audit.unordered(partition text) returns text plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.unsealable(e audit.buffer) returns text sql stable owner tenantry_owner

function audit.verification_asked(verification_id uuid) returns TABLE(chain text) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table audit.verifications, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column chain text
  column requested_at timestamp with time zone not null default now()
  column finished_at timestamp with time zone
  column whole boolean
  column outside boolean
  column statements integer
  column newest bigint
  column events bigint
  column chains integer
  column flaws text[] not null default '{}'::text[]
  column broken jsonb not null default '{}'::jsonb
  constraint verifications_pkey PRIMARY KEY (id)

function audit.verify(tenant_id text) returns TABLE(chain text, events bigint, last_seq bigint, first_bad bigint, flaw text) plpgsql stable security definer search_path=pg_catalog, pg_temp, client_encoding=UTF8 owner tenantry_owner execute to tenantry_operator, tenantry_security

function audit.watch_buffer() returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function audit.watch_checkpoints() returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

create schema blueprint authorization tenantry_owner;
grant usage on schema blueprint to tenantry_blueprint;

-- table blueprint.agreements, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column number text not null
  column brand_id uuid not null
  column licensee_id uuid not null
  column status text not null default 'draft'::text
  column territories text[] not null default '{}'::text[]
  column product_categories text[] not null default '{}'::text[]
  column starts_on date
  column ends_on date
  column royalty_rate numeric(5,2) not null default 0
  column minimum_guarantee numeric(14,2) not null default 0
  column currency text
  column notes text
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint agreements_brand_id_fkey FOREIGN KEY (brand_id) REFERENCES blueprint.brands(id)
  constraint agreements_complete CHECK (((status = 'draft'::text) OR ((starts_on IS NOT NULL) AND (ends_on IS NOT NULL) AND (cardinality(territories) > 0))))
  constraint agreements_currency_form CHECK ((currency ~ '^[A-Z]{3}$'::text))
  constraint agreements_currency_given CHECK (((minimum_guarantee = (0)::numeric) OR (currency IS NOT NULL)))
  constraint agreements_ends_on_after_start CHECK ((ends_on > starts_on))
  constraint agreements_licensee_id_fkey FOREIGN KEY (licensee_id) REFERENCES blueprint.licensees(id)
  constraint agreements_minimum_guarantee_range CHECK ((minimum_guarantee >= (0)::numeric))
  constraint agreements_notes_length CHECK ((length(notes) <= 20000))
  constraint agreements_number_form CHECK ((number ~ '^[A-Z0-9][A-Z0-9/._-]{0,49}$'::text))
  constraint agreements_number_key UNIQUE (number)
  constraint agreements_pkey PRIMARY KEY (id)
  constraint agreements_product_categories_form CHECK (((array_position(product_categories, NULL::text) IS NULL) AND (cardinality(product_categories) <= 300) AND (length(array_to_string(product_categories, ','::text)) <= 5000)))
  constraint agreements_royalty_rate_range CHECK (((royalty_rate >= (0)::numeric) AND (royalty_rate <= (100)::numeric)))
  constraint agreements_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'pending_approval'::text, 'active'::text, 'expired'::text, 'terminated'::text])))
  constraint agreements_territories_form CHECK (((array_position(territories, NULL::text) IS NULL) AND (cardinality(territories) <= 300) AND (length(array_to_string(territories, ','::text)) <= 5000)))
  CREATE INDEX agreements_brand_id_idx ON blueprint.agreements USING btree (brand_id)
  CREATE INDEX agreements_licensee_id_idx ON blueprint.agreements USING btree (licensee_id)
  CREATE INDEX agreements_status_ends_on_idx ON blueprint.agreements USING btree (status, ends_on)
  CREATE TRIGGER agreements_audit AFTER INSERT OR DELETE OR UPDATE ON blueprint.agreements FOR EACH ROW EXECUTE FUNCTION audit.record_change()
  CREATE TRIGGER agreements_guard BEFORE UPDATE ON blueprint.agreements FOR EACH ROW EXECUTE FUNCTION tenantry_shared.agreements_guard()
  CREATE TRIGGER agreements_moved AFTER UPDATE OF status ON blueprint.agreements FOR EACH ROW WHEN (((new.status <> old.status) AND (new.status = ANY (ARRAY['active'::text, 'expired'::text, 'terminated'::text])))) EXECUTE FUNCTION platform_private.order_webhooks()
  CREATE TRIGGER agreements_tell AFTER UPDATE OF status ON blueprint.agreements FOR EACH ROW WHEN (((new.status <> old.status) AND (new.status = ANY (ARRAY['expired'::text, 'terminated'::text])))) EXECUTE FUNCTION platform_private.tell_people()
  CREATE TRIGGER agreements_touch BEFORE UPDATE ON blueprint.agreements FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy agreements_change for update to public using (
CASE status
    WHEN 'draft'::text THEN (( SELECT tenantry_shared.has_permission('agreements.write'::text) AS has_permission) OR ( SELECT tenantry_shared.has_permission('agreements.submit'::text) AS has_permission))
    WHEN 'pending_approval'::text THEN ( SELECT tenantry_shared.has_permission('approvals.decide'::text) AS has_permission)
    WHEN 'active'::text THEN ( SELECT tenantry_shared.has_permission('agreements.terminate'::text) AS has_permission)
    ELSE false
END) with check (
CASE status
    WHEN 'draft'::text THEN (( SELECT tenantry_shared.has_permission('agreements.write'::text) AS has_permission) OR ( SELECT tenantry_shared.has_permission('approvals.decide'::text) AS has_permission))
    WHEN 'pending_approval'::text THEN ( SELECT tenantry_shared.has_permission('agreements.submit'::text) AS has_permission)
    WHEN 'active'::text THEN ( SELECT tenantry_shared.has_permission('approvals.decide'::text) AS has_permission)
    ELSE ( SELECT tenantry_shared.has_permission('agreements.terminate'::text) AS has_permission)
END)
  policy agreements_create for insert to public with check ((( SELECT tenantry_shared.has_permission('agreements.write'::text) AS has_permission) AND (status = 'draft'::text)))
  policy agreements_delete for delete to public using (((status = 'draft'::text) AND ( SELECT tenantry_shared.has_permission('agreements.delete'::text) AS has_permission)))
  policy agreements_read for select to public using (( SELECT tenantry_shared.has_permission('agreements.read'::text) AS has_permission))
  grant delete, select to tenantry_blueprint
  grant insert (number, brand_id, licensee_id, territories, product_categories, starts_on, ends_on, royalty_rate, minimum_guarantee, currency, notes) to tenantry_blueprint
  grant update (number, brand_id, licensee_id, status, territories, product_categories, starts_on, ends_on, royalty_rate, minimum_guarantee, currency, notes) to tenantry_blueprint

-- table blueprint.approvals, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column agreement_id uuid not null
  column kind text not null
  column status text not null default 'pending'::text
  column requested_by uuid not null default tenantry_shared.request_user_id()
  column decided_by uuid
  column decided_at timestamp with time zone
  column comment text
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint approvals_agreement_id_fkey FOREIGN KEY (agreement_id) REFERENCES blueprint.agreements(id) ON DELETE CASCADE
  constraint approvals_comment_length CHECK ((length(comment) <= 5000))
  constraint approvals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES blueprint.users(id)
  constraint approvals_decided_by_other CHECK ((decided_by <> requested_by))
  constraint approvals_decision_whole CHECK ((((status = 'pending'::text) = (decided_by IS NULL)) AND ((status = 'pending'::text) = (decided_at IS NULL))))
  constraint approvals_kind_known CHECK ((kind = ANY (ARRAY['agreement'::text, 'concept'::text, 'sample'::text, 'artwork'::text])))
  constraint approvals_pkey PRIMARY KEY (id)
  constraint approvals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES blueprint.users(id)
  constraint approvals_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text])))
  CREATE INDEX approvals_agreement_id_idx ON blueprint.approvals USING btree (agreement_id)
  CREATE INDEX approvals_decided_by_idx ON blueprint.approvals USING btree (decided_by)
  CREATE INDEX approvals_requested_by_idx ON blueprint.approvals USING btree (requested_by)
  CREATE INDEX approvals_status_created_at_idx ON blueprint.approvals USING btree (status, created_at)
  CREATE TRIGGER approvals_audit AFTER INSERT OR DELETE OR UPDATE ON blueprint.approvals FOR EACH ROW EXECUTE FUNCTION audit.record_change()
  CREATE TRIGGER approvals_decided AFTER UPDATE OF status ON blueprint.approvals FOR EACH ROW WHEN ((new.status <> old.status)) EXECUTE FUNCTION platform_private.order_webhooks()
  CREATE TRIGGER approvals_guard BEFORE UPDATE ON blueprint.approvals FOR EACH ROW EXECUTE FUNCTION tenantry_shared.approvals_guard()
  CREATE TRIGGER approvals_move_agreement AFTER INSERT OR UPDATE OF status ON blueprint.approvals FOR EACH ROW WHEN ((new.kind = 'agreement'::text)) EXECUTE FUNCTION tenantry_shared.approvals_move_agreement()
  CREATE TRIGGER approvals_requested AFTER INSERT ON blueprint.approvals FOR EACH ROW WHEN ((new.status = 'pending'::text)) EXECUTE FUNCTION platform_private.order_webhooks()
  CREATE TRIGGER approvals_tell AFTER INSERT ON blueprint.approvals FOR EACH ROW WHEN ((new.status = 'pending'::text)) EXECUTE FUNCTION platform_private.tell_people()
  CREATE TRIGGER approvals_tell_decision AFTER UPDATE OF status ON blueprint.approvals FOR EACH ROW WHEN ((new.status <> old.status)) EXECUTE FUNCTION platform_private.tell_people()
  CREATE TRIGGER approvals_touch BEFORE UPDATE ON blueprint.approvals FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy approvals_change for update to public using (((requested_by = ( SELECT tenantry_shared.request_user_id() AS request_user_id)) AND (status = 'pending'::text) AND ( SELECT tenantry_shared.has_permission('approvals.request'::text) AS has_permission)))
  policy approvals_create for insert to public with check (((requested_by = ( SELECT tenantry_shared.request_user_id() AS request_user_id)) AND (status = 'pending'::text) AND
CASE kind
    WHEN 'agreement'::text THEN ( SELECT tenantry_shared.has_permission('agreements.submit'::text) AS has_permission)
    ELSE ( SELECT tenantry_shared.has_permission('approvals.request'::text) AS has_permission)
END))
  policy approvals_decide for update to public using (( SELECT tenantry_shared.has_permission('approvals.decide'::text) AS has_permission)) with check ((( SELECT tenantry_shared.has_permission('approvals.decide'::text) AS has_permission) AND (status <> 'pending'::text)))
  policy approvals_read for select to public using (( SELECT tenantry_shared.has_permission('approvals.read'::text) AS has_permission))
  grant select to tenantry_blueprint
  grant insert (agreement_id, kind, comment) to tenantry_blueprint
  grant update (status, comment) to tenantry_blueprint

function blueprint.attestations(older_than timestamp with time zone, size integer) returns TABLE(at timestamp with time zone, run_id uuid, passed boolean, cause text, posture_checks integer, posture_failures integer, attempts integer, attempt_failures integer, sampled integer, statement text) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_blueprint

function blueprint.audit_trail(older_than timestamp with time zone, size integer, about text, since timestamp with time zone, only_action text, only_actor text, only_outcome text) returns TABLE(at timestamp with time zone, action text, outcome text, actor text, actor_role text, on_behalf_of text, subject text, changed text[], before jsonb, after jsonb, detail jsonb, sealed jsonb, request_id text) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_blueprint

-- table blueprint.brands, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column name text not null
  column description text
  column category text
  column trademark_number text
  column status text not null default 'active'::text
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint brands_category_length CHECK ((length(category) <= 100))
  constraint brands_description_length CHECK ((length(description) <= 5000))
  constraint brands_name_length CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)))
  constraint brands_pkey PRIMARY KEY (id)
  constraint brands_status_known CHECK ((status = ANY (ARRAY['active'::text, 'paused'::text, 'retired'::text])))
  constraint brands_trademark_number_length CHECK ((length(trademark_number) <= 50))
  CREATE UNIQUE INDEX brands_name_key ON blueprint.brands USING btree (lower(name))
  CREATE TRIGGER brands_audit AFTER INSERT OR DELETE OR UPDATE ON blueprint.brands FOR EACH ROW EXECUTE FUNCTION audit.record_change()
  CREATE TRIGGER brands_touch BEFORE UPDATE ON blueprint.brands FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy brands_change for update to public using (( SELECT tenantry_shared.has_permission('brands.write'::text) AS has_permission))
  policy brands_create for insert to public with check (( SELECT tenantry_shared.has_permission('brands.write'::text) AS has_permission))
  policy brands_delete for delete to public using (( SELECT tenantry_shared.has_permission('brands.write'::text) AS has_permission))
  policy brands_read for select to public using (( SELECT tenantry_shared.has_permission('brands.read'::text) AS has_permission))
  grant delete, select to tenantry_blueprint
  grant insert (name, description, category, trademark_number, status) to tenantry_blueprint
  grant update (name, description, category, trademark_number, status) to tenantry_blueprint

function blueprint.chain_status() returns TABLE(head bigint, digest text, sealed_at timestamp with time zone, verified_up_to bigint, verified_at timestamp with time zone, flaw text, checkpoint bigint, checkpoint_at timestamp with time zone, checkpointed bigint, outside boolean) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_blueprint

function blueprint.decide_approval(approval_id uuid, decision text, comment text) returns blueprint.approvals plpgsql volatile owner tenantry_owner execute to tenantry_blueprint

-- table blueprint.ending_notices, owner tenantry_owner, row security
  column agreement_id uuid not null
  column rule_id uuid not null
  column created_at timestamp with time zone not null default now()
  constraint ending_notices_pkey PRIMARY KEY (agreement_id, rule_id)

function blueprint.key_ages() returns TABLE(kid text, alg text, state text, created_at timestamp with time zone, state_since timestamp with time zone, age_days integer) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_blueprint

-- table blueprint.licensees, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column name text not null
  column legal_name text
  column country text
  column contact_email text
  column status text not null default 'active'::text
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint licensees_contact_email_form CHECK (((length(contact_email) <= 254) AND (contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)))
  constraint licensees_country_form CHECK ((country ~ '^[A-Z]{2}$'::text))
  constraint licensees_legal_name_length CHECK ((length(legal_name) <= 200))
  constraint licensees_name_length CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)))
  constraint licensees_pkey PRIMARY KEY (id)
  constraint licensees_status_known CHECK ((status = ANY (ARRAY['prospect'::text, 'active'::text, 'blocked'::text])))
  CREATE UNIQUE INDEX licensees_name_key ON blueprint.licensees USING btree (lower(name))
  CREATE TRIGGER licensees_audit AFTER INSERT OR DELETE OR UPDATE ON blueprint.licensees FOR EACH ROW EXECUTE FUNCTION audit.record_change()
  CREATE TRIGGER licensees_touch BEFORE UPDATE ON blueprint.licensees FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy licensees_change for update to public using (( SELECT tenantry_shared.has_permission('licensees.write'::text) AS has_permission))
  policy licensees_create for insert to public with check (( SELECT tenantry_shared.has_permission('licensees.write'::text) AS has_permission))
  policy licensees_read for select to public using (( SELECT tenantry_shared.has_permission('licensees.read'::text) AS has_permission))
  grant select to tenantry_blueprint
  grant insert (name, legal_name, country, contact_email, status) to tenantry_blueprint
  grant update (name, legal_name, country, contact_email, status) to tenantry_blueprint

-- table blueprint.notification_rules, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column event character varying(60) not null
  column channel character varying(60) not null default 'email'::character varying
  column role_name character varying(48) not null
  column days_before integer
  column enabled boolean not null default true
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint notification_rules_channel_known CHECK (((channel)::text = 'email'::text))
  constraint notification_rules_days_before_given CHECK ((((event)::text = 'agreement_ending'::text) = (days_before IS NOT NULL)))
  constraint notification_rules_days_before_range CHECK (((days_before >= 1) AND (days_before <= 365)))
  constraint notification_rules_event_known CHECK (((event)::text = ANY ((ARRAY['approval_requested'::character varying, 'approval_decided'::character varying, 'agreement_ending'::character varying, 'agreement_ended'::character varying])::text[])))
  constraint notification_rules_pkey PRIMARY KEY (id)
  constraint notification_rules_role_name_fkey FOREIGN KEY (role_name) REFERENCES blueprint.roles(name) ON DELETE CASCADE
  CREATE INDEX notification_rules_role_name_idx ON blueprint.notification_rules USING btree (role_name)
  CREATE TRIGGER notification_rules_audit AFTER INSERT OR DELETE OR UPDATE ON blueprint.notification_rules FOR EACH ROW EXECUTE FUNCTION audit.record_change()
  CREATE TRIGGER notification_rules_touch BEFORE UPDATE ON blueprint.notification_rules FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy notification_rules_manage for all to public using (( SELECT tenantry_shared.has_permission('settings.manage'::text) AS has_permission))
  grant delete, select to tenantry_blueprint
  grant insert (event, channel, role_name, days_before, enabled) to tenantry_blueprint
  grant update (event, channel, role_name, days_before, enabled) to tenantry_blueprint

function blueprint.operator_visits(older_than timestamp with time zone, size integer) returns TABLE(started_at timestamp with time zone, ended_at timestamp with time zone, operator_id uuid, role text, access text, reason text) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_blueprint

-- table blueprint.permissions, owner tenantry_owner, row security
  column name character varying(63) not null
  column description character varying(300) not null
  constraint permissions_name_form CHECK (((name)::text ~ '^[a-z_]+\.[a-z_]+$'::text))
  constraint permissions_pkey PRIMARY KEY (name)
  policy permissions_read for select to public using ((( SELECT current_setting('tenantry.role'::text, true) AS current_setting) <> ''::text))
  grant select to tenantry_blueprint

-- table blueprint.refresh_tokens, owner tenantry_owner, row security
  column token_hash character varying(64) not null
  column session_id uuid not null
  column created_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column used_at timestamp with time zone
  constraint refresh_tokens_pkey PRIMARY KEY (token_hash)
  constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES blueprint.user_sessions(id) ON DELETE CASCADE
  constraint refresh_tokens_token_hash_form CHECK (((token_hash)::text ~ '^[0-9a-f]{64}$'::text))
  CREATE INDEX refresh_tokens_session_id_idx ON blueprint.refresh_tokens USING btree (session_id)

function blueprint.request_evidence(since timestamp with time zone, until timestamp with time zone) returns TABLE(id uuid, status text, statement text) sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_blueprint

-- table blueprint.role_permissions, owner tenantry_owner, row security
  column role_name character varying(48) not null
  column permission character varying(63) not null
  constraint role_permissions_permission_fkey FOREIGN KEY (permission) REFERENCES blueprint.permissions(name) ON DELETE CASCADE
  constraint role_permissions_pkey PRIMARY KEY (role_name, permission)
  constraint role_permissions_role_name_fkey FOREIGN KEY (role_name) REFERENCES blueprint.roles(name) ON DELETE CASCADE
  CREATE INDEX role_permissions_permission_idx ON blueprint.role_permissions USING btree (permission)
  CREATE TRIGGER role_permissions_audit AFTER INSERT OR DELETE OR UPDATE ON blueprint.role_permissions FOR EACH ROW EXECUTE FUNCTION audit.record_change('role_name', 'permission')
  policy role_permissions_create for insert to public with check ((( SELECT tenantry_shared.has_permission('roles.manage'::text) AS has_permission) AND tenantry_shared.has_permission((permission)::text) AND tenantry_shared.covers_role((role_name)::text) AND (NOT ( SELECT roles.builtin
   FROM blueprint.roles
  WHERE ((roles.name)::text = (role_permissions.role_name)::text)))))
  policy role_permissions_delete for delete to public using ((( SELECT tenantry_shared.has_permission('roles.manage'::text) AS has_permission) AND tenantry_shared.covers_role((role_name)::text) AND (NOT ( SELECT roles.builtin
   FROM blueprint.roles
  WHERE ((roles.name)::text = (role_permissions.role_name)::text)))))
  policy role_permissions_read for select to public using ((( SELECT current_setting('tenantry.role'::text, true) AS current_setting) <> ''::text))
  grant delete, insert, select to tenantry_blueprint

-- table blueprint.roles, owner tenantry_owner, row security
  column name character varying(48) not null
  column description character varying(300) not null
  column builtin boolean not null default false
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint roles_name_form CHECK (((name)::text ~ '^[a-z][a-z0-9_]+$'::text))
  constraint roles_pkey PRIMARY KEY (name)
  CREATE TRIGGER roles_audit AFTER INSERT OR DELETE OR UPDATE OF description ON blueprint.roles FOR EACH ROW EXECUTE FUNCTION audit.record_change('name')
  CREATE TRIGGER roles_guard BEFORE DELETE ON blueprint.roles FOR EACH ROW EXECUTE FUNCTION platform_private.guard_roles()
  CREATE TRIGGER roles_touch BEFORE UPDATE ON blueprint.roles FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy roles_change for update to public using ((( SELECT tenantry_shared.has_permission('roles.manage'::text) AS has_permission) AND (NOT builtin) AND tenantry_shared.covers_role((name)::text)))
  policy roles_create for insert to public with check ((( SELECT tenantry_shared.has_permission('roles.manage'::text) AS has_permission) AND (NOT builtin)))
  policy roles_delete for delete to public using ((( SELECT tenantry_shared.has_permission('roles.manage'::text) AS has_permission) AND (NOT builtin) AND tenantry_shared.covers_role((name)::text)))
  policy roles_read for select to public using ((( SELECT current_setting('tenantry.role'::text, true) AS current_setting) <> ''::text))
  grant delete, select to tenantry_blueprint
  grant insert (name, description) to tenantry_blueprint
  grant update (description) to tenantry_blueprint

-- table blueprint.settings, owner tenantry_owner, row security
  column section text not null
  column value jsonb not null default '{}'::jsonb
  column updated_at timestamp with time zone not null default now()
  column version integer not null default 1
  constraint settings_pkey PRIMARY KEY (section)
  constraint settings_section_known CHECK ((section = ANY (ARRAY['branding'::text, 'business_rules'::text, 'integrations'::text, 'features'::text])))
  constraint settings_value_form CHECK (((jsonb_typeof(value) = 'object'::text) AND (length((value)::text) <= 65536)))
  CREATE TRIGGER settings_check BEFORE INSERT OR UPDATE ON blueprint.settings FOR EACH ROW EXECUTE FUNCTION platform_private.check_setting()
  CREATE TRIGGER settings_record AFTER INSERT OR UPDATE ON blueprint.settings FOR EACH ROW EXECUTE FUNCTION platform_private.record_setting()
  CREATE TRIGGER settings_touch BEFORE UPDATE ON blueprint.settings FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy settings_change for update to public using (( SELECT tenantry_shared.has_permission('settings.manage'::text) AS has_permission))
  policy settings_read for select to public using (( SELECT tenantry_shared.has_permission('settings.manage'::text) AS has_permission))
  policy settings_read_own for select to public using (((section <> 'integrations'::text) AND (( SELECT current_setting('tenantry.role'::text, true) AS current_setting) <> ''::text)))
  grant select to tenantry_blueprint
  grant update (value, version) to tenantry_blueprint

-- table blueprint.sign_in_attempts, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column email_key character varying(254) not null
  column created_at timestamp with time zone not null default now()
  column finished_at timestamp with time zone
  column succeeded boolean
  column offered character varying(64)
  constraint sign_in_attempts_email_key_form CHECK (((email_key)::text = lower((email_key)::text)))
  constraint sign_in_attempts_outcome CHECK (((finished_at IS NULL) = (succeeded IS NULL)))
  constraint sign_in_attempts_pkey PRIMARY KEY (id)

-- table blueprint.sign_in_locks, owner tenantry_owner, row security
  column email_key character varying(254) not null
  column failures integer not null default 0
  column locked_until timestamp with time zone
  column updated_at timestamp with time zone not null default now()
  constraint sign_in_locks_email_key_form CHECK (((email_key)::text = lower((email_key)::text)))
  constraint sign_in_locks_failures_range CHECK ((failures >= 0))
  constraint sign_in_locks_pkey PRIMARY KEY (email_key)
  CREATE TRIGGER sign_in_locks_touch BEFORE UPDATE ON blueprint.sign_in_locks FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()

function blueprint.submit_agreement(agreement_id uuid, comment text) returns blueprint.agreements plpgsql volatile owner tenantry_owner execute to tenantry_blueprint

function blueprint.terminate_agreement(agreement_id uuid, reason text) returns blueprint.agreements plpgsql volatile owner tenantry_owner execute to tenantry_blueprint

-- table blueprint.user_credentials, owner tenantry_owner, row security
  column user_id uuid not null
  column password_hash character varying(400) not null
  column must_change boolean not null default false
  column updated_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone
  constraint user_credentials_password_hash_form CHECK (((password_hash)::text ~~ '$argon2id$%'::text))
  constraint user_credentials_pkey PRIMARY KEY (user_id)
  constraint user_credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES blueprint.users(id) ON DELETE CASCADE
  CREATE TRIGGER user_credentials_touch BEFORE UPDATE ON blueprint.user_credentials FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()

-- table blueprint.user_invitations, owner tenantry_owner, row security
  column user_id uuid not null
  column token_hash character varying(64)
  column created_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column accepted_at timestamp with time zone
  column purpose character varying(10) not null default 'invitation'::character varying
  constraint user_invitations_pkey PRIMARY KEY (user_id)
  constraint user_invitations_purpose_known CHECK (((purpose)::text = ANY ((ARRAY['invitation'::character varying, 'reset'::character varying])::text[])))
  constraint user_invitations_token_hash_form CHECK (((token_hash)::text ~ '^[0-9a-f]{64}$'::text))
  constraint user_invitations_token_hash_key UNIQUE (token_hash)
  constraint user_invitations_user_id_fkey FOREIGN KEY (user_id) REFERENCES blueprint.users(id) ON DELETE CASCADE

-- table blueprint.user_sessions, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column user_id uuid not null
  column created_at timestamp with time zone not null default now()
  column last_used_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column ended_at timestamp with time zone
  column address character varying(64)
  column user_agent character varying(200)
  column ended_because character varying(20)
  constraint user_sessions_ended_because_known CHECK (((ended_because)::text = ANY ((ARRAY['logout'::character varying, 'reuse'::character varying, 'password'::character varying, 'revoked'::character varying, 'disabled'::character varying])::text[])))
  constraint user_sessions_ended_whole CHECK (((ended_at IS NULL) = (ended_because IS NULL)))
  constraint user_sessions_pkey PRIMARY KEY (id)
  constraint user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES blueprint.users(id) ON DELETE CASCADE
  CREATE INDEX user_sessions_user_id_idx ON blueprint.user_sessions USING btree (user_id)

-- table blueprint.users, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column email text not null
  column name text not null
  column role character varying(48) not null
  column status text not null default 'invited'::text
  column last_sign_in_at timestamp with time zone
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  constraint users_email_form CHECK (((length(email) <= 254) AND (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'::text)))
  constraint users_email_plain CHECK ((email !~ '[][<>(),;:"\\[:cntrl:]]'::text))
  constraint users_name_length CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 200)))
  constraint users_name_plain CHECK ((name !~ '[[:cntrl:]]'::text))
  constraint users_pkey PRIMARY KEY (id)
  constraint users_role_fkey FOREIGN KEY (role) REFERENCES blueprint.roles(name)
  constraint users_role_personal CHECK (((role)::text !~ '^service_[0-9a-f]{32}$'::text))
  constraint users_status_known CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'disabled'::text])))
  CREATE UNIQUE INDEX users_email_key ON blueprint.users USING btree (lower(email))
  CREATE INDEX users_role_idx ON blueprint.users USING btree (role)
  CREATE TRIGGER users_audit AFTER INSERT OR DELETE OR UPDATE OF email, name, role, status ON blueprint.users FOR EACH ROW EXECUTE FUNCTION audit.record_change()
  CREATE TRIGGER users_follow_sessions AFTER UPDATE OF role, status, email ON blueprint.users FOR EACH ROW WHEN ((((old.role)::text <> (new.role)::text) OR (old.status <> new.status) OR (lower(old.email) <> lower(new.email)))) EXECUTE FUNCTION platform_private.follow_user()
  CREATE TRIGGER users_guard AFTER DELETE OR UPDATE OF role, status ON blueprint.users FOR EACH ROW EXECUTE FUNCTION platform_private.guard_users()
  CREATE TRIGGER users_invite AFTER INSERT ON blueprint.users FOR EACH ROW WHEN ((new.status = 'invited'::text)) EXECUTE FUNCTION platform_private.invite_new_user()
  CREATE TRIGGER users_leave_sessions BEFORE DELETE ON blueprint.users FOR EACH ROW EXECUTE FUNCTION platform_private.follow_user()
  CREATE TRIGGER users_touch BEFORE UPDATE ON blueprint.users FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()
  policy users_change for update to public using ((( SELECT tenantry_shared.has_permission('users.manage'::text) AS has_permission) AND tenantry_shared.covers_role((role)::text)))
  policy users_create for insert to public with check ((( SELECT tenantry_shared.has_permission('users.manage'::text) AS has_permission) AND tenantry_shared.covers_role((role)::text)))
  policy users_delete for delete to public using ((( SELECT tenantry_shared.has_permission('users.manage'::text) AS has_permission) AND tenantry_shared.covers_role((role)::text)))
  policy users_read for select to public using (((id = ( SELECT tenantry_shared.request_user_id() AS request_user_id)) OR ( SELECT tenantry_shared.has_permission('users.manage'::text) AS has_permission)))
  grant delete, select to tenantry_blueprint
  grant insert (email, name, role) to tenantry_blueprint
  grant update (email, name, role, status) to tenantry_blueprint

-- table blueprint.webhook_deliveries, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column webhook character varying(36) not null
  column event character varying(40) not null
  column subject_id uuid not null
  column status character varying(9) not null default 'pending'::character varying
  column attempts integer not null default 0
  column response_status integer
  column last_error character varying(200)
  column created_at timestamp with time zone not null default now()
  column finished_at timestamp with time zone
  constraint webhook_deliveries_pkey PRIMARY KEY (id)
  constraint webhook_deliveries_status_known CHECK (((status)::text = ANY ((ARRAY['pending'::character varying, 'delivered'::character varying, 'failed'::character varying])::text[])))
  CREATE INDEX webhook_deliveries_waiting_idx ON blueprint.webhook_deliveries USING btree (webhook) WHERE ((status)::text = 'pending'::text)
  policy webhook_deliveries_read for select to public using (( SELECT tenantry_shared.has_permission('settings.manage'::text) AS has_permission))
  grant select to tenantry_blueprint

-- table blueprint.webhook_secrets, owner tenantry_owner, row security
  column webhook character varying(36) not null
  column sealed character varying(224) not null
  column created_at timestamp with time zone not null default now()
  column earlier character varying(224)
  column earlier_until timestamp with time zone
  constraint webhook_secrets_earlier_whole CHECK (((earlier IS NULL) = (earlier_until IS NULL)))
  constraint webhook_secrets_pkey PRIMARY KEY (webhook)
  CREATE TRIGGER webhook_secrets_keep_earlier BEFORE UPDATE OF created_at ON blueprint.webhook_secrets FOR EACH ROW EXECUTE FUNCTION platform_private.keep_earlier_secret()
  CREATE TRIGGER webhook_secrets_record AFTER INSERT OR DELETE OR UPDATE OF created_at ON blueprint.webhook_secrets FOR EACH ROW EXECUTE FUNCTION platform_private.record_webhook_secret()
  policy webhook_secrets_manage for all to public using (( SELECT tenantry_shared.has_permission('settings.manage'::text) AS has_permission))
  grant insert (webhook, sealed) to tenantry_blueprint
  grant select (webhook, created_at) to tenantry_blueprint
  grant update (sealed, created_at) to tenantry_blueprint

create schema identity authorization tenantry_owner;
grant usage on schema identity to tenantry_auth;

function identity.accept_invitation(tenant_id text, token_hash text, password_hash text) returns text plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.begin_proof(tenant_id text, session_id uuid, OUT attempt_id uuid, OUT password_hash text, OUT locked_until timestamp with time zone) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.begin_service_token(client_id uuid, secret_hash text, tenant_id text) returns TABLE(account_id uuid, secret_id uuid, role text) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.begin_sign_in(tenant_id text, email text, OUT attempt_id uuid, OUT password_hash text, OUT locked_until timestamp with time zone) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.confirm_second_factor(tenant_id text, session_id uuid, factor_id uuid, step bigint, recovery_hashes text[]) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.data_keys(tenant_id text, ids bigint[]) returns TABLE(id text, person text, sealed bytea) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.end_session(tenant_id text, token_hash text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.enrol_second_factor(tenant_id text, session_id uuid, attempt_id uuid, succeeded boolean, sealed bytea, OUT outcome text, OUT email text, OUT realm_name text) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.exchange_token(tenant_id text, issuer_id uuid, subject text, email text, name text, role text, refresh_hash text, token_hash text, token_expires_at timestamp with time zone, address text, user_agent text) returns TABLE(outcome text, person_id uuid, session_id uuid, person_email text, person_name text, person_role text) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.external_issuer(tenant_id text, issuer text) returns TABLE(id uuid, jwks_url text, audience text, role_claim text, role_map jsonb) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.finish_sign_in(tenant_id text, attempt_id uuid, succeeded boolean, refresh_hash text, new_hash text, is_change boolean, address text, user_agent text, step bigint, recovery_hash text) returns TABLE(person_id uuid, email text, name text, role text, session_id uuid, must_change boolean, factor_wanted boolean) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.invited_email(tenant_id text, token_hash text) returns text plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.locked_scope(OUT lanes integer[], OUT tenant_ids text[]) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.manage_user(tenant_id text, session_id uuid, user_id uuid, verb text) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.own_second_factor(tenant_id text, session_id uuid) returns TABLE(id uuid, person_id uuid, sealed bytea, confirmed_at timestamp with time zone, codes_left integer) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.refresh_session(tenant_id text, token_hash text, new_hash text, OUT outcome text, OUT person_id uuid, OUT email text, OUT name text, OUT role text, OUT session_id uuid) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.remove_second_factor(tenant_id text, session_id uuid, attempt_id uuid, succeeded boolean, step bigint, recovery_hash text) returns text plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.request_reset(tenant_id text, email text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.revoke_session(tenant_id text, own uuid, session_id uuid) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.second_factor_of_attempt(tenant_id text, attempt_id uuid) returns TABLE(person_id uuid, sealed bytea) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.service_standing(tenant_id text, secret_id uuid) returns TABLE(account_id uuid, role text, expires_at timestamp with time zone) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.session_standing(tenant_id text, session_id uuid) returns TABLE(person_id uuid, role text, expires_at timestamp with time zone, factor_missing boolean) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.sessions(tenant_id text, session_id uuid) returns TABLE(id uuid, created_at timestamp with time zone, last_used_at timestamp with time zone, expires_at timestamp with time zone, address text, user_agent text, this_one boolean) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.set_user_password(tenant_id text, email text, password_hash text, must_change boolean) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.signing_key(tenant_id text) returns TABLE(kid text, alg text, sealed bytea, encrypted boolean, encryption bytea) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.statement_keys() returns TABLE(kid text, public_jwk jsonb) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.tenant_name(tenant_id text) returns text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.tenant_route(tenant_id text) returns TABLE(id text, status text, lane integer, role_name text, schema_name text, schema_version integer) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.verification_keys(tenant_id text) returns TABLE(kid text, public_jwk jsonb, state text, encrypted boolean, encryption bytea) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

function identity.visit_standing(tenant_id text, visit_id uuid) returns TABLE(operator_id uuid, role text, access text, expires_at timestamp with time zone) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_auth

create schema jobs authorization tenantry_owner;
grant usage on schema jobs to tenantry_worker;

function jobs.begin_invitation(tenant_id text, person_id uuid, token_hash text) returns TABLE(email text, name text, purpose text, realm_name text, expires_at timestamp with time zone) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.begin_reset(tenant_id text, request_id uuid, token_hash text) returns TABLE(email text, name text, purpose text, realm_name text, expires_at timestamp with time zone) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.enqueue(task text, payload jsonb, job_key text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.enqueue_quietly(task text, payload jsonb, job_key text) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function jobs.farewell(id uuid) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.fetch_orders() returns integer plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.free_jobs_of_dead_workers() returns integer plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.has_job(job_key text) returns boolean plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function jobs.heartbeat(id uuid, holders text[], tested boolean) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table jobs.outbox, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column task text not null
  column payload jsonb not null
  column job_key text not null
  column created_at timestamp with time zone not null default now()
  constraint outbox_pkey PRIMARY KEY (id)
  constraint outbox_task_known CHECK ((task = ANY (ARRAY['tenant__provision'::text, 'worker__test'::text, 'invitation__send'::text, 'webhook__deliver'::text, 'agreements__expire'::text, 'keys__rotate'::text, 'keys__reseal'::text, 'notice__send'::text, 'isolation__prove'::text, 'evidence__sign'::text, 'audit__verify'::text])))
  CREATE INDEX outbox_job_key_idx ON jobs.outbox USING btree (job_key)
  policy workers_fetch for all to tenantry_worker using (true)
  grant delete, select to tenantry_worker
  grant update (id) to tenantry_worker

-- sequence jobs.outbox_id_seq, owner tenantry_owner

-- table jobs.workers, owner tenantry_owner, row security
  column id uuid not null
  column holders text[] not null
  column tested boolean not null
  column backend_pid integer not null
  column backend_start timestamp with time zone not null
  column seen_at timestamp with time zone not null default now()
  column waiting integer
  column waiting_since timestamp with time zone
  column failed integer
  constraint workers_pkey PRIMARY KEY (id)
  policy workers_announce for all to tenantry_worker using (true) with check (true)
  grant delete, insert, select, update to tenantry_worker

create schema platform authorization tenantry_owner;
grant usage on schema platform to tenantry_admin;
grant usage on schema platform to tenantry_api;
grant usage on schema platform to tenantry_developer;
grant usage on schema platform to tenantry_operator;
grant usage on schema platform to tenantry_security;
grant usage on schema platform to tenantry_worker;

function platform.accesses(since timestamp with time zone, until timestamp with time zone, tenant_id text, size integer) returns TABLE(id text, at timestamp with time zone, tenant text, action text, outcome text, actor text, actor_role text, on_behalf_of text, subject text, request_id text, detail jsonb, verdict text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform.acknowledge_alert(id uuid) returns platform.alerts plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.activate_tenant(id text, reason text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

-- table platform.alerts, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column at timestamp with time zone not null default now()
  column last_at timestamp with time zone not null default now()
  column count integer not null default 1
  column tenant_id text
  column kind text not null
  column severity text not null
  column message text not null
  column acknowledged_at timestamp with time zone
  column acknowledged_by text
  constraint alerts_pkey PRIMARY KEY (id)
  constraint alerts_severity_known CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
  constraint alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE UNIQUE INDEX alerts_one_open ON platform.alerts USING btree (COALESCE(tenant_id, ''::text), kind) WHERE (acknowledged_at IS NULL)
  CREATE INDEX alerts_tenant_id_idx ON platform.alerts USING btree (tenant_id)
  CREATE TRIGGER alerts_announce AFTER INSERT OR UPDATE ON platform.alerts FOR EACH ROW EXECUTE FUNCTION platform_private.announce_alert()
  policy operators_read for select to tenantry_developer, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.archive_tenant(id text, reason text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

-- table platform.attestations, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text not null
  column run_id uuid not null
  column at timestamp with time zone not null
  column passed boolean not null
  column statement text not null
  constraint attestations_pkey PRIMARY KEY (id)
  constraint attestations_run_id_key UNIQUE (run_id)
  constraint attestations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX attestations_tenant_id_idx ON platform.attestations USING btree (tenant_id, at DESC)
  policy operators_read for select to tenantry_developer, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

-- view platform.audit_events, owner tenantry_owner
  column id text
  column at timestamp with time zone
  column chain text
  column seq bigint
  column source text
  column action text
  column outcome text
  column actor text
  column actor_role text
  column on_behalf_of text
  column subject text
  column session_id text
  column request_id text
  column changed text[]
  column before jsonb
  column after jsonb
  column detail jsonb
  grant select to tenantry_admin
  grant select to tenantry_security

function platform.cancel_provisioning(id text, reason text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.chain_status(id text, OUT head bigint, OUT digest text, OUT sealed_at timestamp with time zone, OUT verified_up_to bigint, OUT verified_at timestamp with time zone, OUT flaw text, OUT checkpoint bigint, OUT checkpoint_at timestamp with time zone, OUT checkpointed bigint, OUT outside boolean, OUT retention text, OUT held_at timestamp with time zone, OUT hold_reason text, OUT state text, OUT requested timestamp with time zone) returns record plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.change_operator(id uuid, role text, status text) returns platform.operators plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.change_user(tenant_id text, user_id uuid, patch jsonb) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.check_tenant(id text, name text, domain text, admin_email text) returns TABLE(field text, verdict text, message text, hint text) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.close_incident(id uuid, resolution text, notice text) returns platform.incidents plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

-- table platform.column_classes, owner tenantry_owner, row security
  column schema_version integer not null
  column table_name text not null
  column column_name text not null
  column class text not null
  constraint column_classes_class_known CHECK ((class = ANY (ARRAY['public'::text, 'internal'::text, 'confidential'::text, 'personal'::text, 'secret'::text])))
  constraint column_classes_pkey PRIMARY KEY (table_name, column_name, schema_version)
  CREATE TRIGGER column_classes_pin_secrets AFTER INSERT OR DELETE OR UPDATE ON platform.column_classes FOR EACH STATEMENT EXECUTE FUNCTION platform_private.pin_secret_columns()
  policy operators_read for select to tenantry_developer, tenantry_operator, tenantry_security using (true)
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.compliance_status(id text) returns TABLE(framework text, point text, title text, status text, facts jsonb) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.create_service_account(name text, description text) returns platform.service_accounts plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.create_tenant(id text, name text, description text, domain text, tier text, template text, settings jsonb, activate boolean, admin_email text, admin_name text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.database_posture(OUT ok boolean, OUT findings text[]) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.delete_tenant(id text, reason text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.direct_access_posture(OUT ok boolean, OUT findings text[]) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.disable_service_account(account_id uuid) returns platform.service_accounts plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.end_user_sessions(tenant_id text, user_id uuid, session_id uuid) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.enter_tenant(tenant_id text, reason text) returns platform.tenant_visits sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.enter_tenant_as(tenant_id text, reason text, role text, access text) returns platform.tenant_visits sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.erase_person(tenant_id text, user_id uuid, reason text) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.evidence(id text, since timestamp with time zone, until timestamp with time zone) returns jsonb plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

-- table platform.evidence_bundles, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text not null
  column since timestamp with time zone not null
  column until timestamp with time zone not null
  column status text not null default 'queued'::text
  column requested_at timestamp with time zone not null default now()
  column signed_at timestamp with time zone
  column statement text
  constraint evidence_bundles_pkey PRIMARY KEY (id)
  constraint evidence_bundles_signed_whole CHECK (((status = 'signed'::text) = ((signed_at IS NOT NULL) AND (statement IS NOT NULL))))
  constraint evidence_bundles_status_known CHECK ((status = ANY (ARRAY['queued'::text, 'signed'::text])))
  constraint evidence_bundles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX evidence_bundles_tenant_id_idx ON platform.evidence_bundles USING btree (tenant_id, requested_at DESC)
  CREATE TRIGGER evidence_bundles_announce AFTER UPDATE OF status ON platform.evidence_bundles FOR EACH ROW EXECUTE FUNCTION platform_private.announce_run()
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.expire_agreements(id text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

-- table platform.external_issuers, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text not null
  column issuer text not null
  column jwks_url text not null
  column audience text not null
  column role_claim text not null
  column role_map jsonb not null
  column created_at timestamp with time zone not null default now()
  constraint external_issuers_audience_form CHECK (((length(audience) >= 1) AND (length(audience) <= 200)))
  constraint external_issuers_issuer_form CHECK (((length(issuer) <= 500) AND (issuer ~ '^https?://[^/]'::text)))
  constraint external_issuers_jwks_url_form CHECK (((length(jwks_url) <= 500) AND (jwks_url ~ '^(https://[^/]|http://(127\.0\.0\.1|localhost|\[::1\])[:/])'::text)))
  constraint external_issuers_pkey PRIMARY KEY (id)
  constraint external_issuers_role_claim_form CHECK (((length(role_claim) >= 1) AND (length(role_claim) <= 200)))
  constraint external_issuers_role_map_form CHECK ((jsonb_typeof(role_map) = 'array'::text))
  constraint external_issuers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  constraint external_issuers_tenant_id_issuer_key UNIQUE (tenant_id, issuer)
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.foreign_contexts() returns integer sql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform.grant_service_account(account_id uuid, tenant_id text, permissions text[]) returns platform.service_accounts plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.hold_audit(tenant_id text, reason text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

-- table platform.incidents, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column severity text not null
  column status text not null default 'open'::text
  column summary text not null
  column tenant_ids text[] not null default '{}'::text[]
  column notice text
  column about_request text
  column events text[] not null default '{}'::text[]
  column reported_by text not null
  column reported_at timestamp with time zone not null default now()
  column resolution text
  column closed_by text
  column closed_at timestamp with time zone
  constraint incidents_closed_whole CHECK (((status = 'closed'::text) = ((resolution IS NOT NULL) AND (closed_by IS NOT NULL) AND (closed_at IS NOT NULL))))
  constraint incidents_pkey PRIMARY KEY (id)
  constraint incidents_severity_known CHECK ((severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text])))
  constraint incidents_status_known CHECK ((status = ANY (ARRAY['open'::text, 'closed'::text])))
  CREATE INDEX incidents_reported_at_idx ON platform.incidents USING btree (reported_at DESC, id)
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR ((tenant_ids <> '{}'::text[]) AND (tenant_ids <@ ( SELECT platform_private.listed_tenants() AS listed_tenants)))))
  grant select to tenantry_operator
  grant select to tenantry_security

-- table platform.installation, owner tenantry_owner, row security
  column singleton boolean not null default true
  column prefix text not null
  column ns text not null default ''::text
  column lanes integer not null
  column key_check text not null
  column created_at timestamp with time zone not null default now()
  column seal_header bytea
  column id uuid not null default gen_random_uuid()
  column statement_log_check text
  constraint installation_lanes_check CHECK (((lanes >= 1) AND (lanes <= 999)))
  constraint installation_names_fit CHECK ((octet_length((prefix || ns)) <= 8))
  constraint installation_ns_check CHECK ((ns ~ '^([a-z][a-z0-9]{0,6}_)?$'::text))
  constraint installation_pkey PRIMARY KEY (singleton)
  constraint installation_prefix_check CHECK ((prefix ~ '^([a-z][a-z0-9]{0,6}_)?$'::text))
  constraint installation_singleton_check CHECK (singleton)

function platform.installation_lanes() returns integer sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.invite_operator(email text, name text, role text) returns platform.operators plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.invite_user(tenant_id text, email text, name text, role text) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

-- table platform.isolation_failures, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column run_id uuid not null
  column half text not null
  column kind text not null
  column target text not null
  column expected text not null
  column seen text not null
  constraint isolation_failures_half_known CHECK ((half = ANY (ARRAY['posture'::text, 'attempts'::text])))
  constraint isolation_failures_pkey PRIMARY KEY (id)
  constraint isolation_failures_run_id_fkey FOREIGN KEY (run_id) REFERENCES platform.isolation_runs(id) ON DELETE CASCADE
  CREATE INDEX isolation_failures_run_id_idx ON platform.isolation_failures USING btree (run_id)
  policy operators_read for select to tenantry_developer, tenantry_operator, tenantry_security using ((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL))
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

-- sequence platform.isolation_failures_id_seq, owner tenantry_owner

function platform.isolation_kinds() returns TABLE(half text, kind text, tenants integer, tried bigint, failed bigint) sql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

-- table platform.isolation_runs, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text not null
  column cause text not null
  column status text not null default 'running'::text
  column started_at timestamp with time zone not null
  column finished_at timestamp with time zone
  column duration_ms numeric
  column posture_checks integer
  column posture_failures integer
  column posture_ms numeric
  column attempts integer
  column attempt_failures integer
  column attempts_ms numeric
  column broken text
  column checks jsonb not null default '[]'::jsonb
  column observed jsonb not null default '[]'::jsonb
  column sampled integer not null default 0
  column rivals text[] not null default '{}'::text[]
  column schema_version integer not null
  column fingerprint text
  column server_version text not null
  column control_plane text
  constraint isolation_runs_cause_known CHECK ((cause = ANY (ARRAY['provision'::text, 'migration'::text, 'restore'::text, 'schedule'::text, 'demand'::text])))
  constraint isolation_runs_pkey PRIMARY KEY (id)
  constraint isolation_runs_status_known CHECK ((status = ANY (ARRAY['running'::text, 'passed'::text, 'failed'::text])))
  constraint isolation_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX isolation_runs_finished_at_idx ON platform.isolation_runs USING btree (finished_at DESC)
  CREATE UNIQUE INDEX isolation_runs_one_open ON platform.isolation_runs USING btree (tenant_id) WHERE (status = 'running'::text)
  CREATE INDEX isolation_runs_tenant_id_idx ON platform.isolation_runs USING btree (tenant_id, started_at DESC)
  CREATE TRIGGER isolation_runs_announce AFTER INSERT OR DELETE OR UPDATE OF status ON platform.isolation_runs FOR EACH ROW EXECUTE FUNCTION platform_private.announce_run()
  policy operators_read for select to tenantry_developer, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select (id, tenant_id, cause, status, started_at, finished_at, duration_ms, posture_checks, posture_failures, posture_ms, attempts, attempt_failures, attempts_ms, broken, checks, observed, sampled, schema_version, fingerprint, server_version, control_plane) to tenantry_developer
  grant select (id, tenant_id, cause, status, started_at, finished_at, duration_ms, posture_checks, posture_failures, posture_ms, attempts, attempt_failures, attempts_ms, broken, checks, observed, sampled, schema_version, fingerprint, server_version, control_plane) to tenantry_operator
  grant select (id, tenant_id, cause, status, started_at, finished_at, duration_ms, posture_checks, posture_failures, posture_ms, attempts, attempt_failures, attempts_ms, broken, checks, observed, sampled, schema_version, fingerprint, server_version, control_plane) to tenantry_security

function platform.isolation_summary(OUT tenants integer, OUT passed integer, OUT failed integer, OUT unproven integer, OUT running integer, OUT posture_checks bigint, OUT posture_failures bigint, OUT attempts bigint, OUT attempt_failures bigint, OUT broken integer, OUT open_alerts integer, OUT critical_alerts integer, OUT oldest_proof_at timestamp with time zone, OUT newest_proof_at timestamp with time zone) returns record sql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.leave_tenant(visit_id uuid) returns platform.tenant_visits plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.lift_lock_down(id bigint, reason text) returns SETOF platform.lock_downs plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform.limit_operator(id uuid, tenant_ids text[]) returns platform.operators plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.lock_down(scope text, reason text, tenant_ids text[], lane integer) returns platform.lock_downs plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform.lock_down_reach(scope text, tenant_ids text[], lane integer, OUT tenants integer, OUT open integer, OUT visits integer) returns record plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

-- table platform.lock_downs, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column scope text not null
  column tenant_ids text[]
  column lane integer
  column reason text not null
  column locked_by text not null
  column locked_at timestamp with time zone not null default now()
  column lift_reason text
  column lifted_by text
  column lifted_at timestamp with time zone
  column findings jsonb
  constraint lock_downs_pkey PRIMARY KEY (id)
  constraint lock_downs_scope_complete CHECK (
CASE scope
    WHEN 'lane'::text THEN ((lane IS NOT NULL) AND (tenant_ids IS NULL))
    WHEN 'tenants'::text THEN ((tenant_ids IS NOT NULL) AND (lane IS NULL))
    ELSE ((tenant_ids IS NULL) AND (lane IS NULL))
END)
  constraint lock_downs_scope_known CHECK ((scope = ANY (ARRAY['all'::text, 'lane'::text, 'tenants'::text])))
  CREATE INDEX lock_downs_in_force_idx ON platform.lock_downs USING btree (id) WHERE (lifted_at IS NULL)
  CREATE TRIGGER lock_downs_announce AFTER INSERT OR UPDATE ON platform.lock_downs FOR EACH STATEMENT EXECUTE FUNCTION platform_private.announce_lock_down()
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (scope <> 'tenants'::text) OR (tenant_ids <@ ( SELECT platform_private.listed_tenants() AS listed_tenants))))
  grant select to tenantry_operator
  grant select to tenantry_security

-- sequence platform.lock_downs_id_seq, owner tenantry_owner

function platform.migration_status(newest text, OUT current text, OUT behind boolean) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security, tenantry_worker

function platform.my_rights() returns TABLE(kind text, name text) sql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.my_session(OUT operator_id uuid, OUT email text, OUT name text, OUT role text, OUT tenants text[], OUT session_id uuid, OUT signed_in_at timestamp with time zone, OUT expires_at timestamp with time zone, OUT second_factor boolean) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.note_boundary(tenant_id text) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.note_export(tenant_id text, filters jsonb) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform.note_page(address text) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

-- table platform.operator_tenants, owner tenantry_owner, row security
  column operator_id uuid not null
  column tenant_id text not null
  column created_at timestamp with time zone not null default now()
  constraint operator_tenants_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES platform.operators(id) ON DELETE CASCADE
  constraint operator_tenants_pkey PRIMARY KEY (operator_id, tenant_id)
  constraint operator_tenants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX operator_tenants_tenant_id_idx ON platform.operator_tenants USING btree (tenant_id)
  policy admins_read for select to tenantry_admin, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  policy everybody_reads_themselves for select to tenantry_developer, tenantry_operator using ((operator_id = ( SELECT (NULLIF(current_setting('tenantry.operator_id'::text, true), ''::text))::uuid AS "nullif")))
  grant select to tenantry_admin
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

-- table platform.operators, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column email text not null
  column name text not null
  column role text not null
  column status text not null default 'active'::text
  column created_at timestamp with time zone not null default now()
  column last_sign_in_at timestamp with time zone
  constraint operators_email_form CHECK (((length(email) <= 320) AND (email ~ '^[^@\s]+@[^@\s]+$'::text)))
  constraint operators_pkey PRIMARY KEY (id)
  constraint operators_plain CHECK (((name !~ '[[:cntrl:]]'::text) AND (email !~ '[][<>(),;:"\\[:cntrl:]]'::text)))
  constraint operators_role_known CHECK ((role = ANY (ARRAY['admin'::text, 'operator'::text, 'security'::text, 'developer'::text])))
  constraint operators_status_known CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'disabled'::text])))
  CREATE UNIQUE INDEX operators_email_unique ON platform.operators USING btree (lower(email))
  CREATE TRIGGER operators_follow_sessions AFTER UPDATE OF role, status ON platform.operators FOR EACH ROW WHEN (((old.role <> new.role) OR (old.status <> new.status))) EXECUTE FUNCTION platform_private.follow_operator()
  policy admins_read for select to tenantry_admin, tenantry_security using (((( SELECT platform_private.operators_out_of_reach() AS operators_out_of_reach) IS NULL) OR (id <> ALL (( SELECT platform_private.operators_out_of_reach() AS operators_out_of_reach)::uuid[]))))
  policy everybody_reads_themselves for select to tenantry_developer, tenantry_operator using ((id = ( SELECT (NULLIF(current_setting('tenantry.operator_id'::text, true), ''::text))::uuid AS "nullif")))
  grant select to tenantry_admin
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.provision_tenant(id text) returns platform.provisioning_runs plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_worker

function platform.provisioning_estimate(OUT median_ms double precision, OUT p95_ms double precision, OUT runs integer, OUT waiting integer, OUT lane integer, OUT lane_tenants integer, OUT free_lanes integer) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

-- table platform.provisioning_runs, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text not null
  column status text not null default 'queued'::text
  column activate boolean not null default true
  column admin_email text
  column admin_name text
  column steps jsonb not null default '[]'::jsonb
  column failed_step text
  column sqlstate text
  column error text
  column created_at timestamp with time zone not null default now()
  column started_at timestamp with time zone
  column finished_at timestamp with time zone
  column administrator_named boolean not null default false
  constraint provisioning_runs_pkey PRIMARY KEY (id)
  constraint provisioning_runs_status_known CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text])))
  constraint provisioning_runs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX provisioning_runs_finished_at_idx ON platform.provisioning_runs USING btree (finished_at DESC) WHERE (status = 'succeeded'::text)
  CREATE UNIQUE INDEX provisioning_runs_one_open ON platform.provisioning_runs USING btree (tenant_id) WHERE (status = ANY (ARRAY['queued'::text, 'running'::text]))
  CREATE INDEX provisioning_runs_tenant_id_idx ON platform.provisioning_runs USING btree (tenant_id, created_at DESC)
  CREATE TRIGGER provisioning_runs_announce AFTER INSERT OR UPDATE ON platform.provisioning_runs FOR EACH ROW EXECUTE FUNCTION platform_private.announce_run()
  policy operators_read for select to tenantry_admin, tenantry_developer, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_operator
  grant select to tenantry_security
  grant select (id, tenant_id, status, activate, steps, failed_step, sqlstate, error, created_at, started_at, finished_at, administrator_named) to tenantry_developer

function platform.purge_tenant(id text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.register_issuer(tenant_id text, issuer text, jwks_url text, audience text, role_map jsonb, role_claim text) returns platform.external_issuers plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.release_audit(tenant_id text, reason text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.remember_request(key text, request_hash text, OUT fresh boolean, OUT response jsonb) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.remove_issuer(issuer_id uuid) returns platform.external_issuers plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.remove_operator_second_factor(operator_id uuid) returns platform.operators plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.remove_tenant_role(tenant_id text, name text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.remove_user(tenant_id text, user_id uuid) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.remove_user_second_factor(tenant_id text, user_id uuid) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.report_incident(severity text, summary text, tenant_ids text[], notice text, about_request text, events text[]) returns platform.incidents plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_developer, tenantry_operator, tenantry_security

function platform.request_evidence(id text, since timestamp with time zone, until timestamp with time zone) returns platform.evidence_bundles plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.request_provisioning(id text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.reseal_keys() returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.restore_tenant(id text, reason text) returns platform.tenants sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.revoke_keys(id text, reason text) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.revoke_platform_keys(reason text) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.rotate_keys(id text, reason text) returns text plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.rotate_platform_keys(reason text) returns text plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.rotate_service_secret(account_id uuid, overlap_seconds integer, OUT client_id uuid, OUT client_secret text, OUT earlier_secrets_end_at timestamp with time zone) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.search_tenants(term text, size integer) returns SETOF platform.tenants plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.send_user_token(tenant_id text, user_id uuid, purpose text) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

-- table platform.service_account_grants, owner tenantry_owner, row security
  column account_id uuid not null
  column tenant_id text not null
  column permissions text[] not null
  column created_at timestamp with time zone not null default now()
  constraint service_account_grants_account_id_fkey FOREIGN KEY (account_id) REFERENCES platform.service_accounts(id) ON DELETE CASCADE
  constraint service_account_grants_pkey PRIMARY KEY (account_id, tenant_id)
  constraint service_account_grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX service_account_grants_tenant_id_idx ON platform.service_account_grants USING btree (tenant_id)
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_operator
  grant select to tenantry_security

-- table platform.service_accounts, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column name text not null
  column description text
  column status text not null default 'active'::text
  column created_at timestamp with time zone not null default now()
  column last_used_at timestamp with time zone
  constraint service_accounts_description_form CHECK ((length(description) <= 500))
  constraint service_accounts_name_form CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 100)))
  constraint service_accounts_pkey PRIMARY KEY (id)
  constraint service_accounts_status_known CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text])))
  CREATE UNIQUE INDEX service_accounts_name_key ON platform.service_accounts USING btree (lower(name)) WHERE (status = 'active'::text)
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (id IN ( SELECT g.account_id
   FROM platform.service_account_grants g))))
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.set_audit_retention(tenant_id text, class text, past boolean) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

function platform.set_tenant_role(tenant_id text, name text, permissions text[], description text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin

-- table platform.setting_changes, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column tenant_id text not null
  column section text not null
  column version integer not null
  column at timestamp with time zone not null default now()
  column actor text not null
  column before jsonb
  column after jsonb
  constraint setting_changes_pkey PRIMARY KEY (id)
  constraint setting_changes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id)
  CREATE INDEX setting_changes_tenant_id_idx ON platform.setting_changes USING btree (tenant_id, id)
  policy operators_read for select to tenantry_admin, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_operator
  grant select to tenantry_security

-- sequence platform.setting_changes_id_seq, owner tenantry_owner

-- table platform.setting_sections, owner tenantry_owner, row security
  column section text not null
  column key text not null
  column held_by text not null
  column schema jsonb not null
  column registered_at timestamp with time zone not null default now()
  constraint setting_sections_held_by_known CHECK ((held_by = ANY (ARRAY['tenant'::text, 'operators'::text])))
  constraint setting_sections_key_key UNIQUE (key)
  constraint setting_sections_pkey PRIMARY KEY (section)
  CREATE TRIGGER setting_sections_vet BEFORE INSERT OR UPDATE ON platform.setting_sections FOR EACH ROW EXECUTE FUNCTION platform_private.vet_setting_schema()
  policy operators_read for select to tenantry_admin, tenantry_developer, tenantry_operator, tenantry_security using (true)
  grant select to tenantry_admin
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.signing_keys(id text) returns TABLE(tenant_id text, kid text, alg text, state text, created_at timestamp with time zone, state_since timestamp with time zone, age_days integer) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.store_response(key text, response jsonb) returns void sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.suggest_tenant_id(name text) returns text plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.suspend_tenant(id text, reason text) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.system_status(OUT at timestamp with time zone, OUT server_version text, OUT database_started_at timestamp with time zone, OUT worker_alive boolean, OUT worker_seen_at timestamp with time zone, OUT jobs_waiting integer, OUT jobs_waiting_since timestamp with time zone, OUT jobs_failed integer, OUT unsealed_events integer, OUT unsealed_since timestamp with time zone, OUT checkpoint bigint, OUT checkpoint_at timestamp with time zone, OUT flawed_chains integer, OUT chains_verified_at timestamp with time zone, OUT last_proof_at timestamp with time zone, OUT proofs_running integer, OUT connections integer, OUT most_connections integer, OUT storage_bytes bigint, OUT measured_at timestamp with time zone, OUT lanes integer, OUT locked_lanes integer, OUT locked_tenants integer) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.tenant_counts(OUT total integer, OUT provisioning integer, OUT ready integer, OUT active integer, OUT suspended integer, OUT archived integer, OUT deleted integer, OUT failed integer, OUT cancelled integer, OUT purged integer) returns record sql stable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

function platform.tenant_drift(id text, OUT expected text, OUT actual text, OUT drifted boolean) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

-- table platform.tenant_migrations, owner tenantry_owner, row security
  column version integer not null
  column name text not null
  column checksum text not null
  column up_sql text not null
  column down_sql text not null
  column registered_at timestamp with time zone not null default now()
  constraint tenant_migrations_pkey PRIMARY KEY (version)
  constraint tenant_migrations_version_check CHECK ((version > 0))
  policy operators_read for select to tenantry_admin, tenantry_developer, tenantry_operator, tenantry_security using (true)
  grant select to tenantry_admin
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.tenant_permissions(tenant_id text) returns TABLE(name text, description text) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.tenant_roles(tenant_id text) returns TABLE(name text, description text, builtin boolean, users integer, permissions text[]) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.tenant_templates() returns TABLE(template text, title text, description text, users text[]) sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

-- table platform.tenant_transitions, owner tenantry_owner, row security
  column id bigint not null generated always as identity
  column tenant_id text not null
  column from_status text
  column to_status text not null
  column reason text
  column actor text not null
  column findings jsonb
  column created_at timestamp with time zone not null default now()
  constraint tenant_transitions_pkey PRIMARY KEY (id)
  constraint tenant_transitions_reason_check CHECK ((length(reason) <= 2000))
  constraint tenant_transitions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX tenant_transitions_tenant_id_idx ON platform.tenant_transitions USING btree (tenant_id, id)
  policy operators_read for select to tenantry_admin, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_operator
  grant select to tenantry_security

-- sequence platform.tenant_transitions_id_seq, owner tenantry_owner

function platform.tenant_users(tenant_id text) returns SETOF platform.tenant_user plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

-- table platform.tenant_visits, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text not null
  column operator_id uuid not null
  column reason text not null
  column role text not null
  column access text not null
  column started_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column ended_at timestamp with time zone
  column session_id uuid
  constraint tenant_visits_access_known CHECK ((access = ANY (ARRAY['read'::text, 'write'::text])))
  constraint tenant_visits_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES platform.operators(id) ON DELETE RESTRICT
  constraint tenant_visits_pkey PRIMARY KEY (id)
  constraint tenant_visits_session_id_fkey FOREIGN KEY (session_id) REFERENCES platform_private.operator_sessions(id) ON DELETE SET NULL
  constraint tenant_visits_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE INDEX tenant_visits_operator_id_idx ON platform.tenant_visits USING btree (operator_id, started_at DESC)
  CREATE INDEX tenant_visits_session_id_idx ON platform.tenant_visits USING btree (session_id)
  CREATE INDEX tenant_visits_tenant_id_idx ON platform.tenant_visits USING btree (tenant_id, started_at DESC)
  policy operators_read for select to tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (tenant_id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_operator
  grant select to tenantry_security

-- table platform.tenants, owner tenantry_owner, row security
  column id text not null
  column name text not null
  column description text
  column domain text
  column status text not null default 'provisioning'::text
  column tier text not null default 'standard'::text
  column template text not null default 'standard'::text
  column settings jsonb not null default '{}'::jsonb
  column schema_version integer
  column lane integer not null
  column version integer not null default 1
  column size_bytes bigint
  column created_at timestamp with time zone not null default now()
  column updated_at timestamp with time zone not null default now()
  column activated_at timestamp with time zone
  column deleted_at timestamp with time zone
  column purge_after timestamp with time zone
  column last_activity_at timestamp with time zone
  column measured_at timestamp with time zone
  constraint tenants_description_form CHECK ((length(description) <= 2000))
  constraint tenants_domain_form CHECK (((length(domain) <= 253) AND (domain ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$'::text)))
  constraint tenants_id_form CHECK ((id ~ '^[a-z][a-z0-9_]{1,47}$'::text))
  constraint tenants_lane_check CHECK ((lane >= 0))
  constraint tenants_name_form CHECK (((length(btrim(name)) >= 1) AND (length(btrim(name)) <= 120)))
  constraint tenants_name_plain CHECK ((name !~ '[[:cntrl:]]'::text))
  constraint tenants_pkey PRIMARY KEY (id)
  constraint tenants_settings_form CHECK (((jsonb_typeof(settings) = 'object'::text) AND (pg_column_size(settings) <= 65536)))
  constraint tenants_status_known CHECK ((status = ANY (ARRAY['provisioning'::text, 'ready'::text, 'active'::text, 'suspended'::text, 'archived'::text, 'deleted'::text, 'purged'::text, 'failed'::text, 'cancelled'::text])))
  constraint tenants_template_known CHECK ((template = ANY (ARRAY['standard'::text, 'demo'::text])))
  constraint tenants_tier_known CHECK ((tier = ANY (ARRAY['standard'::text, 'premium'::text, 'dedicated'::text])))
  CREATE INDEX tenants_created_at_idx ON platform.tenants USING btree (created_at, id)
  CREATE UNIQUE INDEX tenants_domain_unique ON platform.tenants USING btree (domain) WHERE (status <> ALL (ARRAY['purged'::text, 'cancelled'::text]))
  CREATE INDEX tenants_lane_idx ON platform.tenants USING btree (lane, tier) WHERE (status <> ALL (ARRAY['purged'::text, 'cancelled'::text, 'failed'::text]))
  CREATE INDEX tenants_name_idx ON platform.tenants USING btree (name, id)
  CREATE UNIQUE INDEX tenants_name_unique ON platform.tenants USING btree (platform_private.fold_name(name)) WHERE (status <> ALL (ARRAY['purged'::text, 'cancelled'::text]))
  CREATE INDEX tenants_status_idx ON platform.tenants USING btree (status, id)
  CREATE TRIGGER tenants_announce AFTER UPDATE ON platform.tenants FOR EACH ROW WHEN ((((to_jsonb(old.*) - ARRAY['settings'::text, 'version'::text, 'updated_at'::text, 'size_bytes'::text, 'measured_at'::text, 'last_activity_at'::text]) IS DISTINCT FROM (to_jsonb(new.*) - ARRAY['settings'::text, 'version'::text, 'updated_at'::text, 'size_bytes'::text, 'measured_at'::text, 'last_activity_at'::text])) OR ((old.settings -> 'security'::text) IS DISTINCT FROM (new.settings -> 'security'::text)))) EXECUTE FUNCTION platform_private.announce_tenant()
  CREATE TRIGGER tenants_announce_new AFTER INSERT ON platform.tenants FOR EACH ROW EXECUTE FUNCTION platform_private.announce_tenant()
  policy operators_read for select to tenantry_admin, tenantry_developer, tenantry_operator, tenantry_security using (((( SELECT platform_private.listed_tenants() AS listed_tenants) IS NULL) OR (id = ANY (( SELECT platform_private.listed_tenants() AS listed_tenants)::text[]))))
  grant select to tenantry_admin
  grant select to tenantry_developer
  grant select to tenantry_operator
  grant select to tenantry_security

function platform.unlock_operator(id uuid) returns platform.operators plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform.unlock_user(tenant_id text, user_id uuid) returns platform.tenant_user plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.update_tenant(id text, patch jsonb, expected_version integer) returns platform.tenants plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator

function platform.user_sessions(tenant_id text, user_id uuid) returns SETOF platform.user_session plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.verify_chain(id text) returns timestamp with time zone plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.verify_isolation(id text) returns platform.isolation_answer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_operator, tenantry_security

function platform.worker_status(OUT alive boolean, OUT seen_at timestamp with time zone) returns record sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_developer, tenantry_operator, tenantry_security

create schema platform_private authorization tenantry_owner;
grant usage on schema platform_private to tenantry_provisioner;
grant usage on schema platform_private to tenantry_worker;

function platform_private.abandon_provisioning(tenant_id text, failed_step text, sqlstate text, error text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.active_tenant_schema(tenant_id text) returns text plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.active_tenants(after text, count integer) returns SETOF text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.actor() returns text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.acts_as_admin() returns boolean sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.add_operator(email text, name text, role text, password_hash text, must_change boolean) returns boolean plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.adopt_settings(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.announce_alert() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.announce_keys() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.announce_lock_down() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.announce_run() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.announce_session(tenant_id text, session_id uuid) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.announce_tenant() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.attestation_content(run_id uuid) returns jsonb sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.begin_attempt(schema_name text, email text, OUT attempt_id uuid, OUT locked_until timestamp with time zone) returns record plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.begin_isolation_run(tenant_id text, cause text) returns uuid plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.begin_notice(tenant_id text, event text, subject_id uuid, user_id uuid) returns TABLE(email text, name text, realm_name text, number text, brand text, kind text, status text) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.begin_visit(tenant_id text, reason text, role text, access text) returns platform.tenant_visits plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.begin_webhook_delivery(tenant_id text, delivery_id uuid) returns TABLE(webhook text, url text, event text, occurred_at timestamp with time zone, data jsonb, sealed text, earlier text) plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table platform_private.blueprints, owner tenantry_owner, row security
  column version integer not null
  column server_major integer not null
  column fingerprint text not null
  constraint blueprints_pkey PRIMARY KEY (version, server_major)
  constraint blueprints_version_fkey FOREIGN KEY (version) REFERENCES platform.tenant_migrations(version) ON DELETE CASCADE

function platform_private.build_blueprint(role_name text, baseline_sql text) returns text plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.build_tenant_schema(tenant_id text, baseline_sql text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.built_tenants(after text, count integer) returns SETOF text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.chain_state(tenant_id text) returns jsonb sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.change_status(tenant_id text, allowed_from text[], to_status text, reason text, findings jsonb) returns platform.tenants plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.check_evidence_period(since timestamp with time zone, until timestamp with time zone) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.check_new_tenant(id text, name text, domain text, admin_email text) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.check_setting() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.choose_lane(tier text) returns integer plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.clear_evidence() returns jsonb plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.clear_past(tenant_id text, size integer) returns jsonb plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.close_lane(tenant_id text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_provisioner execute to tenantry_owner

function platform_private.close_tenant(tenant_id text) returns jsonb plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.closed_since(tenant platform.tenants, since timestamp with time zone) returns text sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.compliance_controls() returns TABLE(place bigint, framework text, point text, title text, control text, code text, facts text[]) sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.compliance_facts(tenant_id text) returns TABLE(fact text, met boolean, value jsonb) sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.control_plane, owner tenantry_owner, row security
  column object text not null
  column digest text not null
  constraint control_plane_pkey PRIMARY KEY (object, digest)

function platform_private.count_invitation(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.create_tenant_role(tenant_id text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_provisioner execute to tenantry_owner

function platform_private.describe_control_plane(prefix text) returns TABLE(object text, digest text) sql stable search_path=pg_catalog, pg_temp, enable_hashjoin=off, enable_mergejoin=off owner tenantry_owner

function platform_private.drop_tenant_role(tenant_id text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_provisioner execute to tenantry_owner

function platform_private.drop_tenant_schema(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp, client_min_messages=warning owner tenantry_owner

-- table platform_private.dummy_password, owner tenantry_owner, row security
  column singleton boolean not null default true
  column password_hash text not null
  constraint dummy_password_pkey PRIMARY KEY (singleton)
  constraint dummy_password_singleton_check CHECK (singleton)

function platform_private.encrypts_tokens(tenant_id text) returns boolean sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.end_isolation_run(run_id uuid, result jsonb) returns platform.isolation_runs plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.end_sessions(tenant_id text, person_id uuid, reason text, session_id uuid, but uuid) returns integer plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.end_visits(because text, operator_id uuid, kept text[], tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.end_webhook_delivery(tenant_id text, delivery_id uuid, status text, response_status integer, error text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.evidence_content(tenant_id text, since timestamp with time zone, until timestamp with time zone) returns jsonb plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.evidence_to_sign(bundle_id uuid) returns jsonb sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table platform_private.exchanged_tokens, owner tenantry_owner, row security
  column tenant_id text not null
  column token_hash text not null
  column expires_at timestamp with time zone not null
  constraint exchanged_tokens_pkey PRIMARY KEY (tenant_id, token_hash)
  constraint exchanged_tokens_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE CASCADE
  CREATE INDEX exchanged_tokens_expires_at_idx ON platform_private.exchanged_tokens USING btree (expires_at)

function platform_private.expected_fingerprint(version integer) returns text sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.expire_agreements(tenant_id text) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

-- table platform_private.external_identities, owner tenantry_owner, row security
  column issuer_id uuid not null
  column subject text not null
  column user_id uuid not null
  column created_at timestamp with time zone not null default now()
  constraint external_identities_issuer_id_fkey FOREIGN KEY (issuer_id) REFERENCES platform.external_issuers(id) ON DELETE CASCADE
  constraint external_identities_pkey PRIMARY KEY (issuer_id, subject)

function platform_private.factors_to_reseal(after_id uuid, most integer) returns TABLE(id uuid, tenant_id text, person_id uuid, sealed bytea) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.fail_run(tenant_id text, failed_step text, sqlstate text, error text, steps jsonb) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.fail_stale_provisioning(live_keys text[]) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.fingerprint_schema(schema_name text, role_name text) returns text plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.finish_attempt(schema_name text, attempt_id uuid, succeeded boolean) returns text plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.finish_proof(tenant_id text, session_id uuid, attempt_id uuid, succeeded boolean) returns uuid plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.finish_provisioning(tenant_id text, keys_ms numeric) returns text plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.fold_name(name text) returns text sql immutable owner tenantry_owner

function platform_private.follow_operator() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.follow_user() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.forget_people(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.gate_role(lane integer) returns text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_provisioner

function platform_private.gate_tenants(after text, most integer) returns text plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.give_back(tenant platform.tenants) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.give_up_proof(run platform.isolation_runs, why text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.guard_roles() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.guard_users() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.has_schema(tenant_id text) returns boolean sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.has_second_factor(tenant_id text, person_id uuid) returns boolean sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.has_signing_key(tenant_id text) returns boolean sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.idempotency_keys, owner tenantry_owner, row security
  column actor text not null
  column key text not null
  column request_hash text not null
  column response jsonb
  column created_at timestamp with time zone not null default now()
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
  constraint idempotency_keys_pkey PRIMARY KEY (actor, key)

-- table platform_private.invitation_counts, owner tenantry_owner, row security
  column tenant_id text not null
  column day date not null
  column sent integer not null
  constraint invitation_counts_pkey PRIMARY KEY (tenant_id)
  constraint invitation_counts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE CASCADE

function platform_private.invite(schema_name text, user_id uuid, purpose text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.invite_administrator(tenant_id text, email text, name text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.invite_new_user() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.is_open_by_status(tenant platform.tenants) returns boolean sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.isolation_posture(tenant_id text, shared jsonb, OUT checks jsonb, OUT failures jsonb, OUT tried integer, OUT failed integer, OUT fingerprint text, OUT control_plane text) returns record plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.isolation_subject(run_id uuid) returns jsonb plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.isolation_tables(tenant_id text) returns jsonb sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.judge_compliance(tenant_id text) returns TABLE(place bigint, framework text, point text, title text, status text, facts jsonb) sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.keep_earlier_secret() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.kept_for(kind text) returns interval sql immutable owner tenantry_owner

-- table platform_private.kept_posture, owner tenantry_owner, row security
  column singleton boolean not null default true
  column made_at timestamp with time zone not null
  column posture jsonb not null
  constraint kept_posture_is_one CHECK (singleton)
  constraint kept_posture_pkey PRIMARY KEY (singleton)

function platform_private.keys_to_reseal(after_kid text, most integer) returns TABLE(kid text, tenant_id text, sealed bytea, encryption bytea) sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.lacks_signing_key(tenant_id text) returns boolean sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.lane_role(lane integer) returns text sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_provisioner

function platform_private.lanes_locked_down() returns integer[] sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.listed_tenants() returns text[] sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_developer, tenantry_operator, tenantry_security

function platform_private.lock_operator(operator_id uuid) returns platform.operators plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.lock_settings(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.lock_tenant(tenant_id text) returns platform.tenants plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.lock_user(tenant_id text, user_id uuid) returns platform.tenant_user plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.locked_down(tenant_id text, lane integer) returns boolean sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_provisioner

function platform_private.locked_lanes(lock_down platform.lock_downs) returns integer[] sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.measure_tenant(tenant_id text) returns bigint sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.move_to_lane(tenant_id text, lane integer) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.note_activity() returns integer sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.note_lane_sessions(lane integer, pids integer[]) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.open_invitation(tenant_id text, person_id uuid, purpose text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.open_lane(tenant_id text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_provisioner execute to tenantry_owner

function platform_private.open_tenant(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.operator_credentials, owner tenantry_owner, row security
  column operator_id uuid not null
  column password_hash text not null
  column must_change boolean not null default true
  column updated_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone
  constraint operator_credentials_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES platform.operators(id) ON DELETE CASCADE
  constraint operator_credentials_pkey PRIMARY KEY (operator_id)

-- table platform_private.operator_invitations, owner tenantry_owner, row security
  column operator_id uuid not null
  column purpose text not null default 'invitation'::text
  column token_hash text
  column created_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column accepted_at timestamp with time zone
  constraint operator_invitations_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES platform.operators(id) ON DELETE CASCADE
  constraint operator_invitations_pkey PRIMARY KEY (operator_id)
  constraint operator_invitations_purpose_known CHECK ((purpose = ANY (ARRAY['invitation'::text, 'reset'::text])))
  constraint operator_invitations_token_hash_form CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text))
  constraint operator_invitations_token_hash_key UNIQUE (token_hash)

-- table platform_private.operator_sessions, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column operator_id uuid not null
  column created_at timestamp with time zone not null default now()
  column last_used_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column ended_at timestamp with time zone
  column ended_because text
  column address text
  column user_agent text
  constraint operator_sessions_ended_because_known CHECK ((ended_because = ANY (ARRAY['logout'::text, 'reuse'::text, 'password'::text, 'revoked'::text, 'disabled'::text])))
  constraint operator_sessions_ended_whole CHECK (((ended_at IS NULL) = (ended_because IS NULL)))
  constraint operator_sessions_operator_id_fkey FOREIGN KEY (operator_id) REFERENCES platform.operators(id) ON DELETE CASCADE
  constraint operator_sessions_pkey PRIMARY KEY (id)
  CREATE INDEX operator_sessions_operator_id_idx ON platform_private.operator_sessions USING btree (operator_id)

function platform_private.operators_out_of_reach() returns uuid[] sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_admin, tenantry_security

function platform_private.order_evidence(tenant_id text, since timestamp with time zone, until timestamp with time zone) returns platform.evidence_bundles plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.order_invitations(tenant_id text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.order_isolation_runs() returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.order_notices(tenant_id text, event text, subject_id uuid, roles text[], but uuid) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.order_webhooks() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.owed_proofs, owner tenantry_owner, row security
  column tenant_id text not null
  column owed_since timestamp with time zone not null default now()
  column tried_at timestamp with time zone not null default now()
  column times integer not null default 1
  constraint owed_proofs_pkey PRIMARY KEY (tenant_id)
  constraint owed_proofs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE CASCADE

function platform_private.own_attestations(schema_name text, older_than timestamp with time zone, size integer) returns TABLE(at timestamp with time zone, run_id uuid, passed boolean, cause text, posture_checks integer, posture_failures integer, attempts integer, attempt_failures integer, sampled integer, statement text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.own_chain(schema_name text) returns TABLE(head bigint, hash text, sealed_at timestamp with time zone, verified_up_to bigint, verified_at timestamp with time zone, flaw text, checkpoint bigint, checkpoint_at timestamp with time zone, checkpointed bigint, outside boolean) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.own_evidence(schema_name text, since timestamp with time zone, until timestamp with time zone) returns TABLE(id uuid, status text, statement text) plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.own_keys(schema_name text) returns TABLE(kid text, alg text, state text, created_at timestamp with time zone, state_since timestamp with time zone, age_days integer) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.own_visits(schema_name text, older_than timestamp with time zone, size integer) returns TABLE(started_at timestamp with time zone, ended_at timestamp with time zone, operator_id uuid, role text, access text, reason text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.page_notes, owner tenantry_owner, row security
  column actor text not null
  column minute timestamp with time zone not null
  column noted integer not null
  constraint page_notes_pkey PRIMARY KEY (actor)

function platform_private.people_told(tenant_id text, event text, roles text[]) returns SETOF uuid plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.pin_secret_columns() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_control_plane() returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_exceptions() returns TABLE(rule text, name text, why text) sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_functions(tenant_id text) returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp, enable_hashjoin=off, enable_mergejoin=off owner tenantry_owner

function platform_private.posture_grants(tenant_id text) returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp, enable_hashjoin=off, enable_mergejoin=off owner tenantry_owner

function platform_private.posture_logins() returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_role(tenant_id text) returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_roles() returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_schema(tenant_id text) returns TABLE(kind text, target text, expected text, seen text) plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_server() returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.posture_tables(tenant_id text) returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp, enable_hashjoin=off, enable_mergejoin=off owner tenantry_owner

function platform_private.posture_tenants() returns TABLE(kind text, target text, expected text, seen text) plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.raise_alert(tenant_id text, kind text, severity text, message text) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.reaches_tenant(tenant_id text) returns boolean sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.realm(tenant_id text, OUT schema_name text, OUT people text, OUT credentials text, OUT sessions text, OUT tokens text, OUT invitations text, OUT person text) returns record plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.recent_posture() returns jsonb plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.record_lock_down(action text, lock_down platform.lock_downs, reason text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.record_setting() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.record_step(steps jsonb, name text, started timestamp with time zone) returns jsonb sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.record_webhook_secret() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.refresh_tokens, owner tenantry_owner, row security
  column token_hash text not null
  column session_id uuid not null
  column created_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone not null
  column used_at timestamp with time zone
  constraint refresh_tokens_pkey PRIMARY KEY (token_hash)
  constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES platform_private.operator_sessions(id) ON DELETE CASCADE
  constraint refresh_tokens_token_hash_form CHECK ((token_hash ~ '^[0-9a-f]{64}$'::text))
  CREATE INDEX refresh_tokens_session_id_idx ON platform_private.refresh_tokens USING btree (session_id)

function platform_private.refuse_under_hold(tenant_id text) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.remember_grants(tenant_id text) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.remind_agreements(tenant_id text) returns integer plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.require_grantable_role(schema_name text, role text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_movable_user(schema_name text, role text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_operator_admin() returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_own(schema_name text, permission text, size integer) returns text plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_own_settings(tenant_id text, settings jsonb) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_proof(tenant platform.tenants) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_schema_version(tenant_id text) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_setting(section text, value jsonb) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_settings(settings jsonb, null_resets boolean) returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_some_admin() returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.require_unlimited() returns void plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.requires_second_factor(tenant_id text) returns boolean sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.reset_requests, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text
  column email_key text not null
  column requested_at timestamp with time zone not null default now()
  column person_id uuid
  constraint reset_requests_pkey PRIMARY KEY (id)
  constraint reset_requests_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE CASCADE
  CREATE INDEX reset_requests_requested_at_idx ON platform_private.reset_requests USING btree (requested_at)
  CREATE INDEX reset_requests_tenant_id_idx ON platform_private.reset_requests USING btree (tenant_id)

function platform_private.restored_integrations(tenant_id text, value jsonb) returns jsonb plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.revoke_issuer(tenant_id text, reason text) returns integer plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.role_writes(schema_name text, role text) returns boolean plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.rotate_issuer(tenant_id text, reason text) returns text plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.run_in_schema(schema_name text, role_name text, template text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.schema_drifts, owner tenantry_owner, row security
  column tenant_id text not null
  column actual text not null
  column seen_at timestamp with time zone not null default now()
  constraint schema_drifts_pkey PRIMARY KEY (tenant_id)
  constraint schema_drifts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE CASCADE

-- table platform_private.second_factors, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column tenant_id text
  column person_id uuid not null
  column sealed bytea not null
  column created_at timestamp with time zone not null default now()
  column confirmed_at timestamp with time zone
  column last_step bigint
  column recovery_hashes text[] not null default '{}'::text[]
  constraint second_factors_confirmed_whole CHECK (((confirmed_at IS NULL) = (last_step IS NULL)))
  constraint second_factors_pkey PRIMARY KEY (id)
  constraint second_factors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  constraint second_factors_tenant_id_person_id_key UNIQUE NULLS NOT DISTINCT (tenant_id, person_id)

function platform_private.secret_columns_body() returns text sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.secrets_to_reseal() returns TABLE(tenant_id text, webhook text, sealed text) plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.server_major() returns integer sql stable owner tenantry_owner

-- table platform_private.service_secrets, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column account_id uuid not null
  column secret_hash text not null
  column created_at timestamp with time zone not null default now()
  column expires_at timestamp with time zone
  constraint service_secrets_account_id_fkey FOREIGN KEY (account_id) REFERENCES platform.service_accounts(id) ON DELETE CASCADE
  constraint service_secrets_pkey PRIMARY KEY (id)
  constraint service_secrets_secret_hash_form CHECK ((secret_hash ~ '^[0-9a-f]{64}$'::text))
  CREATE INDEX service_secrets_account_id_idx ON platform_private.service_secrets USING btree (account_id)

function platform_private.set_operator_password(email text, password_hash text) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.setting_flaw(schema jsonb, value jsonb, path text, OUT at text, OUT flaw text) returns record plpgsql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.settle_gate(lane integer) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_provisioner execute to tenantry_owner

function platform_private.shared_posture() returns jsonb sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.shown_setting(section text, value jsonb) returns jsonb sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.shows_breach(run platform.isolation_runs, result jsonb) returns boolean sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.sign_in_attempts, owner tenantry_owner, row security
  column id uuid not null default gen_random_uuid()
  column email_key text not null
  column created_at timestamp with time zone not null default now()
  column finished_at timestamp with time zone
  column succeeded boolean
  column offered text
  constraint sign_in_attempts_pkey PRIMARY KEY (id)

-- table platform_private.sign_in_locks, owner tenantry_owner, row security
  column email_key text not null
  column failures integer not null default 0
  column locked_until timestamp with time zone
  column updated_at timestamp with time zone not null default now()
  constraint sign_in_locks_pkey PRIMARY KEY (email_key)
  CREATE TRIGGER sign_in_locks_touch BEFORE UPDATE ON platform_private.sign_in_locks FOR EACH ROW EXECUTE FUNCTION tenantry_shared.touch_updated_at()

-- table platform_private.signing_keys, owner tenantry_owner, row security
  column kid text not null
  column tenant_id text
  column alg text not null
  column state text not null default 'current'::text
  column public_jwk jsonb not null
  column sealed bytea not null
  column created_at timestamp with time zone not null default now()
  column encryption bytea
  column state_since timestamp with time zone not null default now()
  constraint signing_keys_alg_check CHECK ((alg = 'ES256'::text))
  constraint signing_keys_pkey PRIMARY KEY (kid)
  constraint signing_keys_revoked_destroyed CHECK ((((state = 'revoked'::text) = (sealed = '\x'::bytea)) AND ((state <> 'revoked'::text) OR (encryption IS NULL))))
  constraint signing_keys_state_check CHECK ((state = ANY (ARRAY['next'::text, 'current'::text, 'previous'::text, 'revoked'::text])))
  constraint signing_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES platform.tenants(id) ON DELETE RESTRICT
  CREATE UNIQUE INDEX signing_keys_one_current ON platform_private.signing_keys USING btree (COALESCE(tenant_id, ''::text)) WHERE (state = 'current'::text)
  CREATE UNIQUE INDEX signing_keys_one_next ON platform_private.signing_keys USING btree (COALESCE(tenant_id, ''::text)) WHERE (state = 'next'::text)
  CREATE INDEX signing_keys_tenant_id_idx ON platform_private.signing_keys USING btree (tenant_id)
  CREATE TRIGGER signing_keys_announce AFTER INSERT OR DELETE OR UPDATE OF state ON platform_private.signing_keys FOR EACH ROW EXECUTE FUNCTION platform_private.announce_keys()

function platform_private.speak_as(tenant_id text, person_id uuid) returns void sql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.statement_content(statement text) returns jsonb sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.store_attestation(run_id uuid, statement text) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.store_evidence(bundle_id uuid, statement text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.store_resealed(kid text, opened bytea, sealed bytea, encryption bytea) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.store_resealed_factor(id uuid, opened bytea, sealed bytea) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.store_resealed_secret(tenant_id text, webhook text, opened text, sealed text) returns void plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.store_signing_key(tenant_id text, kid text, alg text, public_jwk jsonb, sealed bytea, encryption bytea) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.store_size(tenant_id text) returns bigint sql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.tell_people() returns trigger plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.tenant_baselines, owner tenantry_owner, row security
  column version integer not null
  column baseline_sql text not null
  column demo_sql text not null
  column checksum text not null
  constraint tenant_baselines_pkey PRIMARY KEY (version)
  constraint tenant_baselines_version_fkey FOREIGN KEY (version) REFERENCES platform.tenant_migrations(version) ON DELETE CASCADE

function platform_private.tenant_facts(tenant platform.tenants) returns jsonb sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.tenant_role(tenant_id text) returns text plpgsql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_provisioner

function platform_private.tenant_schema(tenant_id text) returns text sql immutable owner tenantry_owner execute to tenantry_provisioner

function platform_private.tenant_sql(template text, schema_name text, role_name text) returns text sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.tenant_user(tenant_id text, user_id uuid) returns platform.tenant_user plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.tend_keys(max_age interval, OUT retired integer, OUT rotated integer, OUT ordered integer) returns record plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.unattested_runs(size integer) returns SETOF uuid sql stable security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.unsupported_keyword(schema jsonb, path text) returns text plpgsql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.url_origin(url text) returns text sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.use_second_factor(tenant_id text, person_id uuid, step bigint, recovery_hash text) returns boolean plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.user_flaw(schema_name text, field text) returns text plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.user_realm(tenant_id text) returns text plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.user_schema(tenant_id text) returns text plpgsql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.vet_setting_schema() returns trigger plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.visit_role_allowed(title text, role text, access text) returns boolean sql immutable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.waive_attempt(schema_name text, attempt_id uuid) returns boolean plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.watch_schema(tenant_id text) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_worker

function platform_private.ways_in_left(tenant_id text) returns jsonb sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

function platform_private.ways_past_gates(lanes integer[]) returns jsonb sql stable search_path=pg_catalog, pg_temp owner tenantry_owner

-- table platform_private.withheld_grants, owner tenantry_owner, row security
  column subject text not null
  column usage boolean not null
  column member boolean not null
  constraint withheld_grants_pkey PRIMARY KEY (subject)

function platform_private.write_settings(tenant_id text, settings jsonb) returns void plpgsql volatile search_path=pg_catalog, pg_temp owner tenantry_owner

create schema tenantry_shared authorization tenantry_owner;
grant usage on schema tenantry_shared to public;

function tenantry_shared.agreements_guard() returns trigger plpgsql volatile owner tenantry_owner execute to public

function tenantry_shared.approvals_guard() returns trigger plpgsql volatile owner tenantry_owner execute to public

function tenantry_shared.approvals_move_agreement() returns trigger plpgsql volatile owner tenantry_owner execute to public

function tenantry_shared.covers_role(role_name text) returns boolean sql stable owner tenantry_owner execute to public

function tenantry_shared.has_permission(permission text) returns boolean sql stable owner tenantry_owner execute to public

function tenantry_shared.request_user_id() returns uuid sql stable owner tenantry_owner execute to public

function tenantry_shared.require_permission(permission text) returns void plpgsql stable owner tenantry_owner execute to public

function tenantry_shared.stop_statement_log(key text) returns boolean plpgsql volatile security definer search_path=pg_catalog, pg_temp owner tenantry_owner execute to tenantry_api, tenantry_audit, tenantry_auth, tenantry_blueprint, tenantry_maintenance, tenantry_monitor, tenantry_worker

function tenantry_shared.touch_updated_at() returns trigger plpgsql volatile owner tenantry_owner execute to public
