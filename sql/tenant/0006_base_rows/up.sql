-- What every tenant begins with: roles, permissions, settings and notification rules.
--
-- The foreign keys of the tables filled here come after their rows: a key checks a row by a plan that PostgreSQL keeps for the
-- rest of the session, and every later change of any table goes through all of those plans. Checked as a whole instead, the
-- five hundredth tenant of a session costs what the first did.
--
-- The tables are new, nobody waits for them and a scan of a few rows is nothing:
-- squawk-ignore-file constraint-missing-not-valid, adding-foreign-key-constraint

insert into roles (name, description, builtin) values
  ('viewer', 'Reads brands, licensees, agreements and approvals.', true),
  ('user', 'Viewer who also creates and changes licensees, draft agreements and approval requests.', true),
  ('manager', 'User who also runs brands, submits and terminates agreements, decides approvals and deletes drafts.', true),
  ('admin', 'Manager who also runs users, roles, permissions and settings.', true);
insert into permissions (name, description) values
  ('users.manage', 'See, invite, change, disable and remove users.'),
  ('roles.manage', 'Create custom roles and say what they may do.'),
  ('brands.read', 'See brands.'),
  ('brands.write', 'Create, change and delete brands.'),
  ('licensees.read', 'See licensees.'),
  ('licensees.write', 'Create and change licensees.'),
  ('agreements.read', 'See agreements.'),
  ('agreements.write', 'Create agreements and change them while they are drafts.'),
  ('agreements.submit', 'Submit a draft agreement for approval.'),
  ('agreements.terminate', 'End an active agreement.'),
  ('agreements.delete', 'Delete draft agreements.'),
  ('approvals.read', 'See approvals.'),
  ('approvals.request', 'Ask for the approval of a concept, a sample or artwork.'),
  ('approvals.decide', 'Give or refuse an approval that somebody else asked for.'),
  ('settings.manage', 'See and change settings and notification rules.');
insert into role_permissions (role_name, permission) values
  ('admin', 'users.manage'), ('admin', 'roles.manage'),
  ('viewer', 'brands.read'), ('viewer', 'licensees.read'),
  ('user', 'brands.read'), ('user', 'licensees.read'), ('user', 'licensees.write'),
  ('manager', 'brands.read'), ('manager', 'licensees.read'), ('manager', 'licensees.write'), ('manager', 'brands.write'),
  ('admin', 'brands.read'), ('admin', 'licensees.read'), ('admin', 'licensees.write'), ('admin', 'brands.write'),
  ('viewer', 'agreements.read'), ('viewer', 'approvals.read'),
  ('user', 'agreements.read'), ('user', 'approvals.read'), ('user', 'agreements.write'), ('user', 'approvals.request'),
  ('manager', 'agreements.read'), ('manager', 'approvals.read'), ('manager', 'agreements.write'),
  ('manager', 'approvals.request'), ('manager', 'agreements.submit'), ('manager', 'agreements.terminate'),
  ('manager', 'agreements.delete'), ('manager', 'approvals.decide'),
  ('admin', 'agreements.read'), ('admin', 'approvals.read'), ('admin', 'agreements.write'),
  ('admin', 'approvals.request'), ('admin', 'agreements.submit'), ('admin', 'agreements.terminate'),
  ('admin', 'agreements.delete'), ('admin', 'approvals.decide'),
  ('admin', 'settings.manage');
insert into settings (section, value) values
  ('branding', '{"logoUrl": null, "primaryColor": null}'),
  ('business_rules', '{"endingNoticeDays": 60}'),
  ('integrations', '{"webhooks": []}'),
  ('features', '{}');
insert into notification_rules (event, role_name, days_before) values
  ('approval_requested', 'manager', null),
  ('approval_decided', 'user', null),
  ('agreement_ending', 'manager', 60),
  ('agreement_ended', 'manager', null);

alter table role_permissions
  add constraint role_permissions_role_name_fkey foreign key (role_name) references roles on delete cascade,
  add constraint role_permissions_permission_fkey foreign key (permission) references permissions on delete cascade;
alter table notification_rules
  add constraint notification_rules_role_name_fkey foreign key (role_name) references roles on delete cascade;
