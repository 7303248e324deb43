-- The calls go; agreements and approvals stay as they are.
drop function submit_agreement(uuid, text), decide_approval(uuid, text, text), terminate_agreement(uuid, text);
