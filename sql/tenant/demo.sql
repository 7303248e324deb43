-- Template demo: the portfolio of one licensing business, for showing around. Run once, right after the stream.
--
-- Everything follows from the tenant's id: its line of business, names, numbers and keys. Two tenants look
-- different, the same tenant always looks the same; only dates move, so that active agreements are active today.
-- The owner loads it, so agreements and approvals arrive in their final states, as a restore would bring them.
do $$
declare
  v_id text := substr(current_schema(), length('tenant_') + 1);
  v_seed integer := get_byte(sha256(convert_to(v_id, 'UTF8')), 1) * 256 + get_byte(sha256(convert_to(v_id, 'UTF8')), 0);
  v_stems text[];
  v_lines text[];
  v_goods text[];
  v_trade text;
  v_people text[] := array[
    'Ada Lindqvist', 'Bruno Keller', 'Chiara Rossi', 'Daniel Osei', 'Elif Demir', 'Farah Haddad', 'Grace Oduya',
    'Hana Kimura', 'Ilse Vermeer', 'Jonas Falk', 'Klara Nowak', 'Liam Byrne', 'Marta Alves', 'Noor Rahman',
    'Oscar Svensson', 'Priya Menon'];
  v_firms text[] := array[
    'Abernethy', 'Bellweather', 'Corvina', 'Dalgaard', 'Eastgate', 'Ferrant', 'Glenmore', 'Hollis', 'Ibernova', 'Jansen',
    'Kitano', 'Lombardi', 'Moreau', 'Norrland', 'Oakham', 'Pacifica', 'Quintero', 'Rask', 'Satori', 'Thornbury',
    'Umbra', 'Vasari', 'Westbrook', 'Yarrow'];
begin
  case v_seed % 4
    when 0 then
      v_stems := array['Northpeak', 'Kestrel Ridge', 'Tundra Nine', 'Saltmarsh', 'Larkspur Trail', 'Ironpine',
        'Glacier Post', 'Drift Harbour', 'Stonewake', 'Windhollow', 'Alder Creek', 'Highmoor'];
      v_lines := array['Outdoor', 'Junior', 'Expedition', 'Trail', 'Heritage', 'Winter'];
      v_goods := array['jackets', 'footwear', 'backpacks', 'tents', 'headwear', 'water bottles'];
      v_trade := 'Outdoor Goods';
    when 1 then
      v_stems := array['Captain Comet', 'Pip and Poppy', 'The Moonlit Zoo', 'Robo Rascals', 'Dragon Bakery', 'Tiny Tides',
        'Professor Quill', 'Star Meadow', 'Bramble Bears', 'Jelly Knights', 'Otto the Otter', 'Cloud Circus'];
      v_lines := array['Classics', 'Adventures', 'Babies', 'Mysteries', 'Holidays', 'Heroes'];
      v_goods := array['plush toys', 'board games', 'picture books', 'lunch boxes', 'bedding', 'video games'];
      v_trade := 'Toys';
    when 2 then
      v_stems := array['Maison Verlaine', 'Orla Finch', 'Casa Lumen', 'Atelier Nord', 'Belle Rive', 'Satin and Slate',
        'Ivo Marchetti', 'Rosewell', 'Noir Botanica', 'Halcyon Row', 'Velvet Harbour', 'Linden Grey'];
      v_lines := array['Signature', 'Weekend', 'Home', 'Atelier', 'Resort', 'Studio'];
      v_goods := array['fragrance', 'eyewear', 'handbags', 'jewellery', 'shoes', 'home textiles'];
      v_trade := 'Fashion';
    else
      v_stems := array['Copper Kettle', 'Sunmill', 'Old Orchard', 'Barista Bloom', 'Pepperwood', 'Golden Furrow',
        'Blue Heron', 'Saffron and Sons', 'Honeydale', 'Granary Yard', 'Tamarind House', 'Brackwater'];
      v_lines := array['Kitchen', 'Reserve', 'Breakfast', 'Pantry', 'Garden', 'Bakery'];
      v_goods := array['snacks', 'soft drinks', 'cookware', 'coffee makers', 'tableware', 'gift sets'];
      v_trade := 'Foods';
  end case;

  insert into users (id, email, name, role, status, created_at)
  select
    left(encode(sha256(convert_to(v_id || ':user:' || role, 'UTF8')), 'hex'), 32)::uuid,
    role || '@' || v_id || '.example',
    v_people[(n * 5 + v_seed) % 16 + 1],
    role,
    'active',
    now() - interval '1000 days'
  from unnest(array['viewer', 'user', 'manager', 'admin']) with ordinality as person (role, n);

  insert into brands (id, name, description, category, trademark_number, status, created_at)
  select
    left(encode(sha256(convert_to(v_id || ':brand:' || n, 'UTF8')), 'hex'), 32)::uuid,
    v_stems[n % 12 + 1] || ' ' || v_lines[(n / 12 * 2 + n + v_seed / 4) % 6 + 1],
    'Known for ' || v_goods[n % 6 + 1] || ' and ' || v_goods[(n + 1) % 6 + 1] || '.',
    v_goods[n % 6 + 1],
    'EM' || lpad(((v_seed * 131 + n * 7919) % 1000000000)::text, 9, '0'),
    case when n % 12 = 11 then 'retired' when n % 8 = 5 then 'paused' else 'active' end,
    now() - make_interval(days => 990 - n)
  from generate_series(0, 23) as n;

  insert into licensees (id, name, legal_name, country, contact_email, status, created_at)
  select
    left(encode(sha256(convert_to(v_id || ':licensee:' || n, 'UTF8')), 'hex'), 32)::uuid,
    firm || ' ' || v_trade,
    firm || ' ' || v_trade || ' ' || (array['GmbH', 'Ltd', 'Inc.', 'SAS', 'S.r.l.', 'AB'])[n % 6 + 1],
    (array['DE', 'GB', 'US', 'FR', 'IT', 'SE'])[n % 6 + 1],
    'licensing@' || lower(firm) || '.example',
    case n when 16 then 'prospect' when 17 then 'blocked' else 'active' end,
    now() - make_interval(days => 980 - n)
  from generate_series(0, 17) as n, lateral (select v_firms[(n * 7 + v_seed) % 24 + 1] as firm) as chosen;

  -- 60 agreements: 8 drafts, 6 awaiting approval, 30 active, 10 expired, 6 terminated.
  insert into agreements (
    id, number, brand_id, licensee_id, status, territories, product_categories, starts_on, ends_on, royalty_rate,
    minimum_guarantee, currency, notes, created_at
  )
  select
    left(encode(sha256(convert_to(v_id || ':agreement:' || n, 'UTF8')), 'hex'), 32)::uuid,
    upper(left(replace(v_id, '_', ''), 3)) || '-' || extract(year from starts_on) || '-' || lpad(n::text, 3, '0'),
    left(encode(sha256(convert_to(v_id || ':brand:' || (n * 5 + v_seed) % 24, 'UTF8')), 'hex'), 32)::uuid,
    left(encode(sha256(convert_to(v_id || ':licensee:' || (n * 7 + v_seed) % 16, 'UTF8')), 'hex'), 32)::uuid,
    status,
    string_to_array((array['DE,AT,CH', 'GB,IE', 'US,CA', 'FR,BE,LU', 'IT', 'SE,NO,DK,FI'])[(n + v_seed) % 6 + 1], ','),
    array[v_goods[n % 6 + 1], v_goods[(n + 2) % 6 + 1]],
    starts_on,
    starts_on + term,
    4 + (n * 37 + v_seed) % 81 / 8.0,
    10000 * (1 + (n * 13 + v_seed) % 25),
    (array['EUR', 'GBP', 'USD', 'EUR', 'EUR', 'SEK'])[(n + v_seed) % 6 + 1],
    case status when 'terminated' then 'Reports were late twice.' end,
    starts_on::timestamptz - interval '60 days'
  from (
    select
      n,
      case
        when n <= 10 then 'expired' when n <= 16 then 'terminated' when n <= 46 then 'active'
        when n <= 52 then 'pending_approval' else 'draft' end as status,
      case
        when n <= 10 then current_date - 800 + n * 3 when n <= 46 then current_date - 1075 + n * 20
        else current_date + n end as starts_on,
      case when n <= 10 then 540 when n <= 46 then 730 + n % 5 * 60 else 1095 end as term
    from generate_series(1, 60) as n
  ) as planned;

  -- 80 approvals: every agreement past draft has its own, two drafts were refused once, the rest is about products.
  insert into approvals (
    id, agreement_id, kind, status, requested_by, decided_by, decided_at, comment, created_at
  )
  select
    left(encode(sha256(convert_to(v_id || ':approval:' || n, 'UTF8')), 'hex'), 32)::uuid,
    agreement.id,
    kind,
    planned.status,
    requester.id,
    case when planned.status <> 'pending' then decider.id end,
    case when planned.status <> 'pending' then asked_at + interval '3 days' end,
    case planned.status
      when 'approved' then 'Fine as it is.'
      when 'rejected' then (array['Royalty is below our floor.', 'Logo too small.', 'Colours are off.'])[n % 3 + 1]
      else 'Please decide by the end of the month.' end,
    asked_at
  from (
    select
      n,
      case when n <= 52 then n when n <= 54 then n + 4 else 17 + (n * 3) % 30 end as agreement,
      case when n <= 54 then 'agreement' else (array['concept', 'sample', 'artwork'])[n % 3 + 1] end as kind,
      case
        when n <= 46 then 'approved' when n <= 52 then 'pending' when n <= 54 then 'rejected'
        when n <= 68 then 'approved' when n <= 72 then 'rejected' else 'pending' end as status
    from generate_series(1, 80) as n
  ) as planned
  join agreements as agreement
    on agreement.id = left(encode(sha256(convert_to(v_id || ':agreement:' || planned.agreement, 'UTF8')), 'hex'), 32)::uuid
  join users as requester on requester.role = case kind when 'agreement' then 'manager' else 'user' end
  join users as decider on decider.role = case kind when 'agreement' then 'admin' else 'manager' end
  cross join lateral (
    select case
      when planned.status = 'pending' then now() - make_interval(hours => 90 - n)
      when planned.kind = 'agreement' then least(agreement.created_at, now() - interval '20 days') + interval '5 days'
      else now() - make_interval(days => 100 - n) end as asked_at
  ) as timing;
end
$$;
