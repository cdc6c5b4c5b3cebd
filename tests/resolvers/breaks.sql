-- Each sentence of persistence/invariants, and what breaks it in the world of test_invariants.py; a name in braces is an id of it.


-- an office, a company and a service have one live collaboration
DROP INDEX uq_collaborations_live;
UPDATE collaborations SET status = 'AWAITING_APPROVAL' WHERE id = {declined};
UPDATE collaborations SET company_id = (SELECT company_id FROM collaborations WHERE message = 'beta'), service_id = (SELECT
    service_id FROM collaborations WHERE message = 'beta') WHERE id = {declined};

-- what was never approved has no moment of approval
UPDATE collaborations SET approved_at = activated_at WHERE id = {beta};

-- what was approved is at a registered company
UPDATE companies SET registered = false WHERE name = 'Alfa AB';

-- the previous collaboration is of the same three, and closed
UPDATE collaborations SET previous_id = {gamma} WHERE id = {beta};

-- a live collaboration is on a card of its office and its company
UPDATE collaborations SET office_id = {other} WHERE id = {beta};

-- a task is of the collaboration's customer
UPDATE collaborations SET task_id = (SELECT task_id FROM collaborations WHERE message = 'alfa') WHERE id = {beta};

-- a subscription is pending only while a request waits that needs it
UPDATE subscriptions SET status = 'PENDING', started_at = NULL WHERE status = 'ACTIVE';

-- a pending subscription has not begun, and one that is not pending keeps nothing to restore
UPDATE subscriptions SET prior_status = 'ENDED' WHERE status = 'ACTIVE';

-- an office pays only for a service in which it works with the company
UPDATE subscriptions SET status = 'ACTIVE' WHERE status = 'PENDING';

-- who pays is whom the row names
UPDATE subscriptions SET paying_office_id = NULL WHERE status = 'ACTIVE';

-- who works in a service has a subscription that is active
DELETE FROM subscriptions WHERE status = 'ACTIVE';

-- a stream is numbered without gaps up to its head
UPDATE streams SET head = head + 1;

-- an event stands in every stream that tells it
DELETE FROM stream_entries WHERE sequence = 2 AND stream_id LIKE 'office:%';

-- an event stands in no other stream
UPDATE events SET office_id = {other} WHERE type = 'APPROVED';

-- a stream tells an event once
UPDATE stream_entries SET event_id = (SELECT event_id FROM stream_entries WHERE sequence = 2 AND stream_id LIKE 'office:%')
    WHERE sequence = 3 AND stream_id LIKE 'office:%';

-- an event names what its collaboration is, and no version that is still to come
UPDATE events SET version = 99 WHERE type = 'APPROVED';

-- each event goes on from the status of the one before
UPDATE events SET previous_status = 'SUSPENDED' WHERE type = 'APPROVED';

-- a collaboration has the status that was told last
UPDATE collaborations SET status = 'ENDING' WHERE id = {alfa};

-- a request that waits was asked for by mail
UPDATE mails SET kind = 'REMINDER' WHERE collaboration_id = {beta};

-- the latest mail that asked is from the moment that the request remembers
UPDATE collaborations SET asked_at = expires_at WHERE id = {beta};

-- as many reminders were written as are counted
UPDATE collaborations SET reminders_sent = 2 WHERE id = {beta};

-- a mail is to one person, who has an address
UPDATE mails SET recipient_email = '';

-- a mail that asks has a link of its own to answer by
UPDATE mails SET link_id = NULL WHERE collaboration_id = {beta};

-- a mail that is queued has a job that sends it
DELETE FROM jobs WHERE kind = 'mail';

-- a request that waits has a job that closes it
UPDATE collaborations SET expires_at = activated_at WHERE id = {beta};

-- an end that is scheduled has a job that brings it
UPDATE collaborations SET status = 'ENDING' WHERE id = {alfa};

-- what newer terms will suspend has a job that suspends it in time
INSERT INTO jobs (id, kind, subject_id, due_at, attempts) SELECT 'late', 'suspend', id, expires_at, 0 FROM collaborations
    WHERE id = {alfa};
UPDATE collaborations SET suspends_at = approved_at WHERE id = {alfa};

-- an administrator is pending only while a request of the company waits
UPDATE company_administrators SET pending = true WHERE company_id = (SELECT id FROM companies WHERE name = 'Gamma AB');

-- a company that is not registered has no administrator who is not pending
UPDATE company_administrators SET pending = false;

-- a person whom an activation made, and who never came, is no more once the answer is no
DELETE FROM company_administrators WHERE pending;

-- the links of a request that was refused are dead
UPDATE links SET voided_at = NULL WHERE collaboration_id = {declined} AND used_at IS NULL;

-- no job is left of a collaboration that is closed
UPDATE jobs SET subject_id = {declined} WHERE kind = 'expire';

-- no expiry is left of a request that was answered
UPDATE jobs SET subject_id = {alfa} WHERE kind = 'expire';

-- a job that sends a mail has a mail to send
DELETE FROM mails WHERE collaboration_id IS NULL;
UPDATE jobs SET subject_id = 'nothing' WHERE kind = 'mail';

-- a collaboration was activated by an advisor or a partner of its office
UPDATE collaborations SET activated_by_id = (SELECT id FROM advisors WHERE office_id = {other}) WHERE id = {beta};

-- what a partner has done it did for its office
UPDATE events SET actor_side = 'PARTNER' WHERE type = 'ACTIVATED';

-- of a partner's tokens the newest alone has no end
INSERT INTO partners (id, office_id, name, scopes, created_at) SELECT 'p', {other}, 'P', '[]', activated_at FROM collaborations
    WHERE id = {beta};
INSERT INTO partner_tokens (id, partner_id, secret_sha256, created_at) SELECT id, 'p', id, activated_at FROM collaborations;

-- what was approved has a record of the approval
UPDATE collaborations SET approved_at = expires_at WHERE id = {gamma};

-- a record is of a collaboration that was approved
UPDATE evidence SET collaboration_id = {declined};

-- terms that a record proves are noted as accepted, and the other way round
DELETE FROM terms_acceptances;

-- a chain of evidence holds
UPDATE evidence SET number = number + 1;
