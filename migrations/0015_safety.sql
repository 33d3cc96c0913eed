-- +goose Up
-- Safety: what an answer asks of the therapists, the private questions, the hold, and the rest of an agreement's life.

-- An alert of kind private tells in plaintext that somebody should look at something of a couple, and no more: what it is
-- about, how urgent it is and which answer it comes from are sealed under the key of the partner who wrote it, so that a
-- dump does not tell and an erasure takes it along. considered_at: the clock has looked whether it should go further.
alter table alerts drop constraint alerts_kind_check;
alter table alerts add constraint alerts_kind_check check (kind in
  ('delivery_failed', 'instrument_low', 'not_free', 'report_failed', 'joint_stopped', 'screening', 'private', 'agreement_withdrawn'));
alter table alerts
  add column detail bytea check (is_sealed(detail)),
  add column considered_at timestamptz,
  add constraint alerts_private_sealed check ((kind = 'private') = (detail is not null));

-- Who hears of an alert that nobody has seen after so many hours, and which exercise the practice uses as its screening.
alter table practices
  add column duty_member_id uuid,
  add column alert_hours int not null default 4 check (alert_hours between 1 and 72),
  add column screening_exercise text not null default '' check (char_length(screening_exercise) <= 60),
  add foreign key (practice_id, duty_member_id) references members (practice_id, id);

-- Each safety hold with who set and who lifted it, and the therapist's reason for lifting, under the practice's key.
create table safety_holds (
  practice_id uuid not null,
  id uuid not null,
  couple_id uuid not null,
  set_at timestamptz not null,
  set_by uuid not null,
  lifted_at timestamptz,
  lifted_by uuid,
  reason bytea check (is_sealed(reason)),
  primary key (practice_id, id),
  foreign key (practice_id, couple_id) references couples (practice_id, id),
  foreign key (practice_id, set_by) references members (practice_id, id),
  foreign key (practice_id, lifted_by) references members (practice_id, id),
  check ((lifted_at is null) = (reason is null))
);
select protect('safety_holds', 'select, insert, update');
create unique index safety_holds_standing on safety_holds (practice_id, couple_id) where lifted_at is null;

-- look_back_days: the period that a questionnaire asks about, fixed when it is given. discreet: the private questions, which
-- stand in no list and no count. pause_at: from when on homework stops coming because of what an answer said.
alter table assignments
  add column look_back_days int not null default 0 check (look_back_days between 0 and 3660),
  add column discreet boolean not null default false,
  add column pause_at timestamptz;
create index assignments_pausing on assignments (practice_id, pause_at) where pause_at is not null and status = 'active';
create index assignments_discreet on assignments (practice_id, couple_id, created_at) where discreet;
alter table tasks
  add column look_back_days int not null default 0,
  add column discreet boolean not null default false;

-- An agreement that ends by itself on a day, and one that only one of the two signs.
alter table agreements
  add column ends_on date,
  add column signers text not null default '' check (signers in ('', 'hurt', 'repairing'));
create index agreements_ending on agreements (practice_id, ends_on) where ends_on is not null and status in ('draft', 'proposed', 'active');

-- What a signer tells the therapist alone: worries at the signature, and why it was taken back. Always there and of one size.
alter table agreement_signatures
  add column worries bytea check (is_sealed(worries)),
  add column withdrawal bytea check (is_sealed(withdrawal));

-- The look back that a review belongs to, by the day it was due: each partner answers alone, and both read once both have.
-- Reviews from before have none and stay open to both.
alter table agreement_reviews add column moment date;
grant delete on agreement_reviews to tt_app, tt_worker; -- A half that nobody has read can be taken back.
create unique index agreement_reviews_once on agreement_reviews (practice_id, agreement_id, moment, partner_id) where partner_id is not null and moment is not null;
