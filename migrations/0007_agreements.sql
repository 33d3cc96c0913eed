-- +goose Up
create table agreements (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  exercise_id text not null,
  occurrence_id uuid,
  body bytea not null check (is_sealed(body)),
  status text not null default 'draft' check (status in ('draft', 'proposed', 'active', 'changed', 'ended')),
  revision int not null default 1,
  starts_on date,
  review_on date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, occurrence_id) references occurrences (practice_id, id)
);
select protect('agreements', 'select, insert, update');
create index agreements_couple on agreements (practice_id, couple_id, created_at);

-- A signature is one partner's yes to one revision. free_choice is the writer's private word to the therapist, sealed.
create table agreement_signatures (
  practice_id uuid not null,
  id uuid not null,
  agreement_id uuid not null,
  partner_id uuid not null,
  revision int not null,
  signed_at timestamptz not null,
  withdrawn_at timestamptz,
  free_choice bytea not null check (is_sealed(free_choice)),
  primary key (practice_id, id),
  foreign key (practice_id, agreement_id) references agreements (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id)
);
select protect('agreement_signatures', 'select, insert, update');
create unique index agreement_signatures_live on agreement_signatures (practice_id, agreement_id, partner_id, revision) where withdrawn_at is null;

create table agreement_reviews (
  practice_id uuid not null,
  id uuid not null,
  agreement_id uuid not null,
  partner_id uuid,
  member_id uuid,
  reviewed_on date not null,
  result bytea not null check (is_sealed(result)),
  created_at timestamptz not null default now(),
  primary key (practice_id, id),
  foreign key (practice_id, agreement_id) references agreements (practice_id, id),
  foreign key (practice_id, partner_id) references partners (practice_id, id),
  foreign key (practice_id, member_id) references members (practice_id, id)
);
select protect('agreement_reviews', 'select, insert');
create index agreement_reviews_agreement on agreement_reviews (practice_id, agreement_id, reviewed_on);
