-- +goose Up
-- What happens to a report once it is built: what the therapist sets in it, who looked at which draft, the exact octets that
-- were approved, and when a partner first opened them.

-- edits: goals for the month to come and the sections left out, one document under the same key as the note.
-- shown_revision: the approved revision that its readers have now; none when nothing of it is published. It stays while a
-- corrected one is being made.
alter table reports
  add column edits bytea check (is_sealed(edits)),
  add column shown_revision int check (shown_revision > 0),
  add column corrected_at timestamptz;

-- An approved revision. Its octets are written once, when it is approved, and never again: of the two moments only may the
-- serving roles tell afterwards.
create table report_revisions (
  practice_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  revision int not null check (revision > 0),
  snapshot bytea not null check (is_sealed(snapshot)),
  pdf bytea not null check (is_sealed(pdf)),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  built_at timestamptz not null,
  approved_by uuid not null,
  approved_at timestamptz not null,
  published_at timestamptz,
  withdrawn_at timestamptz, -- taken back, or given up before anybody had it.
  primary key (practice_id, id),
  unique (practice_id, report_id, revision),
  foreign key (practice_id, report_id) references reports (practice_id, id),
  foreign key (practice_id, approved_by) references members (practice_id, id)
);
select protect('report_revisions', 'select, insert');
grant update (published_at, withdrawn_at) on report_revisions to tt_app, tt_worker;

-- What was approved before the octets were kept apart is a draft again, so that nothing is shown that was not approved as it is.
update reports set status = 'draft', approved_by = null, approved_at = null, publish_at = null, published_at = null, version = version + 1
  where status in ('approved', 'published');
alter table reports add foreign key (practice_id, id, shown_revision) references report_revisions (practice_id, report_id, revision);

-- When a partner first opened a revision, for the couple's therapists alone; never for the other partner.
create table report_openings (
  practice_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  revision int not null,
  partner_id uuid not null,
  opened_at timestamptz not null,
  downloaded_at timestamptz,
  primary key (practice_id, id),
  unique (practice_id, report_id, revision, partner_id),
  foreign key (practice_id, report_id, revision) references report_revisions (practice_id, report_id, revision),
  foreign key (practice_id, partner_id) references partners (practice_id, id)
);
select protect('report_openings', 'select, insert');
grant update (downloaded_at) on report_openings to tt_app, tt_worker;

-- Which version of a draft a member last had before them: many drafts can be approved at once, but none unseen.
create table report_glances (
  practice_id uuid not null,
  id uuid not null,
  report_id uuid not null,
  member_id uuid not null,
  version int not null,
  glanced_at timestamptz not null,
  primary key (practice_id, id),
  unique (practice_id, report_id, member_id),
  foreign key (practice_id, report_id) references reports (practice_id, id),
  foreign key (practice_id, member_id) references members (practice_id, id)
);
select protect('report_glances', 'select, insert, update');

create index reports_month on reports (practice_id, month, status);
