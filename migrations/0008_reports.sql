-- +goose Up
create table reports (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  month date not null check (extract(day from month) = 1),
  audience text not null check (audience in ('couple', 'partner', 'therapist')),
  partner_id uuid,
  locale text not null check (locale in ('nl', 'en')),
  status text not null default 'queued' check (status in ('queued', 'building', 'draft', 'approved', 'published', 'failed', 'withdrawn')),
  revision int not null default 1,
  snapshot bytea check (is_sealed(snapshot)),
  note bytea check (is_sealed(note)),
  pdf bytea check (is_sealed(pdf)),
  sha256 text,
  error text,
  built_at timestamptz,
  approved_by uuid,
  approved_at timestamptz,
  publish_at timestamptz,
  published_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  foreign key (practice_id, approved_by) references members (practice_id, id),
  check ((audience = 'partner') = (partner_id is not null))
);
select protect('reports', 'select, insert, update');
create unique index reports_one on reports (practice_id, couple_id, month, audience, locale,
  coalesce(partner_id, '00000000-0000-0000-0000-000000000000'::uuid)) where status <> 'withdrawn';
