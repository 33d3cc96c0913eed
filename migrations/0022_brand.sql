-- +goose Up
-- What a practice's reports look like: one colour and a logo. Both are for everybody the practice writes to and no secret,
-- so they are not sealed. The picture is one that the program decoded and encoded itself, small enough for every report.
create table practice_brands (
  practice_id uuid not null references practices (id),
  id uuid not null,
  colour text not null default '' check (colour = '' or colour ~ '^#[0-9a-f]{6}$'),
  logo bytea check (octet_length(logo) <= 40960),
  logo_type text not null default '' check (logo_type in ('', 'image/png', 'image/jpeg')),
  logo_id text not null default '', -- the picture's hash, by which a report names it.
  version int not null default 1,
  changed_at timestamptz not null,
  primary key (practice_id, id),
  constraint practice_brands_one unique (practice_id),
  check ((logo is null) = (logo_type = '') and (logo is null) = (logo_id = ''))
);
select protect('practice_brands');

