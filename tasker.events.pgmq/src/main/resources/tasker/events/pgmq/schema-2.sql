-- From version 1 to version 2: grouped reads, topics, FIFO indexes, and a clear refusal of partitioned queues. Reads cost
-- the same however many messages are hidden, metrics need no pass over the messages, and what version 1 did otherwise
-- than PGMQ 1.13 is as there. Runs in one transaction. Functions are replaced in place, and tables keep their locks free
-- for readers and writers, so that workers may go on meanwhile.

-- What PGMQ lets monitoring accounts see, and names of constraints that its scripts mention.
GRANT USAGE ON SCHEMA pgmq TO pg_monitor;
GRANT SELECT ON pgmq.meta, pgmq.notify_insert_throttle TO pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA pgmq GRANT SELECT ON TABLES TO pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA pgmq GRANT SELECT ON SEQUENCES TO pg_monitor;
ALTER TABLE pgmq.notify_insert_throttle
    RENAME CONSTRAINT notify_insert_throttle_queue_name_fkey TO notify_insert_throttle_meta_queue_name_fk;

CREATE TABLE pgmq.topic_bindings (
    pattern text NOT NULL,
    queue_name text NOT NULL
        CONSTRAINT topic_bindings_meta_queue_name_fk REFERENCES pgmq.meta (queue_name) ON DELETE CASCADE,
    bound_at timestamp with time zone NOT NULL DEFAULT now(),
    -- All that means something in a regular expression is escaped, but for the two wildcards.
    compiled_regex text GENERATED ALWAYS AS (
        '^' || replace(
            replace(regexp_replace(pattern, '([][(){}.?+|^$\\])', '\\\1', 'g'), '*', '[^.]+'),
            '#', '.*') || '$'
    ) STORED,
    CONSTRAINT topic_bindings_unique_pattern_queue UNIQUE (pattern, queue_name)
);

-- Queues -----------------------------------------------------------------------------------------------------------

-- A queue's rows live for seconds and leave two dead ones each, so it is vacuumed by number more than by share. A lower
-- fillfactor would gain nothing: an update of vt, which is indexed, is never heap-only.
CREATE FUNCTION pgmq._tune(qtable text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    EXECUTE format(
        $sql$
        ALTER TABLE pgmq.%I SET (
            autovacuum_vacuum_threshold = 1000,
            autovacuum_vacuum_scale_factor = 0.02,
            autovacuum_vacuum_insert_threshold = 1000,
            autovacuum_vacuum_insert_scale_factor = 0.05,
            autovacuum_analyze_threshold = 1000,
            autovacuum_analyze_scale_factor = 0.05
        )
        $sql$,
        qtable);
END
$fn$;

CREATE FUNCTION pgmq._create_queue(queue_name text, unlogged boolean) RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    atable text := pgmq.format_table_name(queue_name, 'a');
    is_new boolean;
BEGIN
    PERFORM pgmq.validate_queue_name(queue_name);
    PERFORM pgmq.acquire_queue_lock(queue_name);
    is_new := to_regclass('pgmq.' || quote_ident(qtable)) IS NULL;
    EXECUTE format(
        $sql$
        CREATE %s TABLE IF NOT EXISTS pgmq.%I (
            msg_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            read_ct integer NOT NULL DEFAULT 0,
            enqueued_at timestamp with time zone NOT NULL DEFAULT now(),
            last_read_at timestamp with time zone,
            vt timestamp with time zone NOT NULL,
            message jsonb,
            headers jsonb
        )
        $sql$,
        CASE WHEN unlogged THEN 'UNLOGGED' ELSE '' END, qtable);
    EXECUTE format(
        $sql$
        CREATE TABLE IF NOT EXISTS pgmq.%I (
            msg_id bigint PRIMARY KEY,
            read_ct integer NOT NULL DEFAULT 0,
            enqueued_at timestamp with time zone NOT NULL DEFAULT now(),
            last_read_at timestamp with time zone,
            archived_at timestamp with time zone NOT NULL DEFAULT now(),
            vt timestamp with time zone NOT NULL,
            message jsonb,
            headers jsonb
        )
        $sql$,
        atable);
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON pgmq.%I (vt)', qtable || '_vt_idx', qtable);
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON pgmq.%I (archived_at)', 'archived_at_idx_' || queue_name, atable);
    INSERT INTO pgmq.meta (queue_name, is_partitioned, is_unlogged)
    VALUES (_create_queue.queue_name, false, unlogged)
    ON CONFLICT DO NOTHING;
    IF is_new THEN
        PERFORM pgmq._tune(qtable);
    END IF;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.create_non_partitioned(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq._create_queue(queue_name, false);
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.create_unlogged(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq._create_queue(queue_name, true);
END
$fn$;

CREATE FUNCTION pgmq.create_partitioned(
    queue_name text,
    partition_interval text DEFAULT '10000',
    retention_interval text DEFAULT '100000',
    premake integer DEFAULT 4)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.format_table_name(queue_name, 'q');
    PERFORM pgmq.validate_queue_name(queue_name);
    IF NOT EXISTS (SELECT FROM pg_extension AS e WHERE e.extname = 'pg_partman') THEN
        RAISE EXCEPTION 'pg_partman is required for partitioned queues';
    END IF;
    RAISE EXCEPTION 'partitioned queues are not supported by this schema; they need the extension pgmq'
        USING ERRCODE = 'feature_not_supported';
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    atable text := pgmq.format_table_name(queue_name, 'a');
BEGIN
    PERFORM pgmq.acquire_queue_lock(queue_name);
    IF to_regclass('pgmq.' || quote_ident(qtable)) IS NULL THEN
        RAISE NOTICE 'pgmq queue `%` does not exist', queue_name;
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS pgmq.%I', qtable);
    EXECUTE format('DROP TABLE IF EXISTS pgmq.%I', atable);
    -- Names that differ in case only share these tables, and none of them may stay listed without.
    DELETE FROM pgmq.meta AS m WHERE lower(m.queue_name) = lower(drop_queue.queue_name);
    RETURN true;
END
$fn$;

CREATE FUNCTION pgmq.drop_queue(queue_name text, partitioned boolean) RETURNS boolean LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE WARNING 'drop_queue(queue_name, partitioned) is deprecated and will be removed in PGMQ v2.0. Use drop_queue(queue_name) instead';
    PERFORM pgmq.drop_queue(queue_name);
    RETURN true;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.detach_archive(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.format_table_name(queue_name, 'a');
    RAISE WARNING 'detach_archive(queue_name) is deprecated and is a no-op. It will be removed in PGMQ v2.0. Archive tables are no longer member objects.';
END
$fn$;

-- The counts are exact; where vacuum keeps up they come from the index on vt alone. The ages are those of the oldest and
-- newest among the first and the last 1,000 messages: exact in a shorter queue, and in a longer one unless 1,000 others
-- were sent while a transaction hesitated between its start, which enqueued_at says, and its own sending.
CREATE OR REPLACE FUNCTION pgmq.metrics(queue_name text) RETURNS pgmq.metrics_result LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    result pgmq.metrics_result;
BEGIN
    -- A queue that is not partitioned has no default partition: its length is unknown, not zero.
    EXECUTE format(
        $sql$
        SELECT $1,
               counted.length,
               extract(epoch FROM now() - ends.newest)::integer,
               extract(epoch FROM now() - ends.oldest)::integer,
               CASE WHEN s.is_called THEN s.last_value ELSE 0 END,
               now(),
               counted.visible,
               NULL::bigint
        FROM (SELECT count(*) AS length, count(*) FILTER (WHERE q.vt <= now()) AS visible FROM pgmq.%1$I AS q) AS counted,
             (SELECT min(e.enqueued_at) AS oldest, max(e.enqueued_at) AS newest
              FROM ((SELECT q.enqueued_at FROM pgmq.%1$I AS q ORDER BY q.msg_id LIMIT 1000)
                    UNION ALL
                    (SELECT q.enqueued_at FROM pgmq.%1$I AS q ORDER BY q.msg_id DESC LIMIT 1000)) AS e) AS ends,
             pgmq.%2$I AS s
        $sql$,
        qtable, qtable || '_msg_id_seq')
    USING queue_name
    INTO result;
    RETURN result;
END
$fn$;

CREATE FUNCTION pgmq.create_fifo_index(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
BEGIN
    EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON pgmq.%I USING gin (headers)', qtable || '_fifo_idx', qtable);
END
$fn$;

CREATE FUNCTION pgmq.create_fifo_indexes_all() RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    queue record;
BEGIN
    FOR queue IN SELECT m.queue_name FROM pgmq.meta AS m LOOP
        PERFORM pgmq.create_fifo_index(queue.queue_name);
    END LOOP;
END
$fn$;

-- Sending ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq._require_batch(msgs jsonb[], headers jsonb[]) RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    messages integer := coalesce(array_length(msgs, 1), 0);
BEGIN
    IF messages = 0 THEN
        RAISE EXCEPTION 'msgs cannot be NULL or empty';
    END IF;
    IF headers IS NOT NULL AND coalesce(array_length(headers, 1), 0) <> messages THEN
        RAISE EXCEPTION 'headers array length (%) must match msgs array length (%)',
            coalesce(array_length(headers, 1), 0), messages;
    END IF;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.send_batch(
    queue_name text, msgs jsonb[], headers jsonb[], delay timestamp with time zone)
RETURNS SETOF bigint LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq._require_batch(msgs, headers);
    RETURN QUERY EXECUTE format(
        $sql$
        INSERT INTO pgmq.%I (vt, message, headers)
        SELECT $1, item.message, item.headers
        FROM unnest($2, $3) WITH ORDINALITY AS item (message, headers, position)
        ORDER BY item.position
        RETURNING msg_id
        $sql$,
        pgmq.format_table_name(queue_name, 'q'))
    USING delay, msgs, headers;
END
$fn$;

-- Receiving --------------------------------------------------------------------------------------------------------

-- Lock the first messages that are due and that nobody else has locked, and return their ids. To find them by the primary
-- key alone, past any number of hidden messages, or by the index on vt alone, through any number of due ones, takes too
-- long in one case or the other, and the planner's statistics of a queue are too old to choose by. So the front of the
-- queue is looked at by key; then, if few messages are due at all, they are taken by vt; and only if many are due, and
-- none of them at the front, is the rest searched by key. clock_timestamp() in a predicate rules out the index on vt.
CREATE FUNCTION pgmq._lock_due(qtable text, qty integer, conditional jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $fn$
DECLARE
    few bigint := 1000 + 2 * qty::bigint;
    -- Not one format: a queue's name may have a % in it.
    choose text := format(
        $sql$
        SELECT coalesce(array_agg(due.msg_id), '{}') FROM (
            SELECT q.msg_id FROM pgmq.%I AS q
            WHERE q.vt <= clock_timestamp() AND %s AND
        $sql$,
        qtable,
        -- A message that is no JSON object contains nothing, not even the empty condition.
        CASE WHEN conditional <> '{}'::jsonb THEN 'q.message @> $2' ELSE 'true' END);
    in_order CONSTANT text := ' ORDER BY q.msg_id LIMIT $1 FOR UPDATE SKIP LOCKED) AS due';
    oldest bigint;
    newest bigint;
    front bigint[];
    due_count bigint;
    due bigint[];
    rest bigint[];
BEGIN
    EXECUTE format('SELECT min(q.msg_id), max(q.msg_id) FROM pgmq.%I AS q', qtable) INTO oldest, newest;
    -- Also where qty is null, which means no limit.
    IF (newest - oldest < few) IS NOT FALSE THEN
        EXECUTE choose || 'true' || in_order USING qty, conditional INTO front;
        RETURN front;
    END IF;
    EXECUTE choose || 'q.msg_id < $3' || in_order USING qty, conditional, oldest + few INTO front;
    IF cardinality(front) = qty THEN
        RETURN front;
    END IF;
    EXECUTE format(
        $sql$
        SELECT count(*), coalesce(array_agg(e.msg_id) FILTER (WHERE e.msg_id >= $3), '{}')
        FROM (SELECT q.msg_id FROM pgmq.%I AS q WHERE q.vt <= $1 ORDER BY q.vt LIMIT $2) AS e
        $sql$,
        qtable)
    USING clock_timestamp(), few, oldest + few
    INTO due_count, due;
    IF due_count = few THEN
        EXECUTE choose || 'q.msg_id >= $3' || in_order USING qty - cardinality(front), conditional, oldest + few INTO rest;
    ELSIF due <> '{}' THEN
        EXECUTE choose || 'q.msg_id = ANY ($3)' || in_order USING qty - cardinality(front), conditional, due INTO rest;
    END IF;
    RETURN front || rest;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT '{}')
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    due bigint[] := pgmq._lock_due(qtable, qty, conditional);
BEGIN
    IF due = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        $sql$
        WITH taken AS (
            UPDATE pgmq.%I AS q
            SET last_read_at = clock_timestamp(),
                vt = clock_timestamp() + make_interval(secs => $2),
                read_ct = q.read_ct + 1
            WHERE q.msg_id = ANY ($1)
            RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers
        )
        SELECT t.msg_id, t.read_ct, t.enqueued_at, t.last_read_at, t.vt, t.message, t.headers
        FROM taken AS t
        ORDER BY t.msg_id
        $sql$,
        qtable)
    USING due, vt;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.pop(queue_name text, qty integer DEFAULT 1)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    due bigint[] := pgmq._lock_due(qtable, qty, NULL);
BEGIN
    IF due = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        $sql$
        WITH taken AS (
            DELETE FROM pgmq.%I AS q
            WHERE q.msg_id = ANY ($1)
            RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers
        )
        SELECT t.msg_id, t.read_ct, t.enqueued_at, t.last_read_at, t.vt, t.message, t.headers
        FROM taken AS t
        ORDER BY t.msg_id
        $sql$,
        qtable)
    USING due;
END
$fn$;

-- Take messages of groups whose oldest message is due and that no other reader is about to take from: its lock on that
-- message is the group's. Each group gives one message or more, so no more groups than messages are locked. taking is
-- what decides who comes first, of head (the group's oldest message) and rank (the place within the group).
CREATE FUNCTION pgmq._read_grouped(
    queue_name text, vt integer, qty integer, ranks bigint, taking text, giving text)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN QUERY EXECUTE format(
        $sql$
        WITH grouped AS (
            SELECT coalesce(q.headers ->> 'x-pgmq-group', '_default_fifo_group') AS name, min(q.msg_id) AS head
            FROM pgmq.%1$I AS q
            GROUP BY 1
        ), locked AS MATERIALIZED (
            SELECT g.name, g.head
            FROM grouped AS g
            JOIN pgmq.%1$I AS q ON q.msg_id = g.head
            WHERE q.vt <= $1
            ORDER BY g.head
            LIMIT $2
            FOR UPDATE OF q SKIP LOCKED
        ), ranked AS (
            SELECT q.msg_id, l.head, row_number() OVER (PARTITION BY l.head ORDER BY q.msg_id) AS rank
            FROM locked AS l
            JOIN pgmq.%1$I AS q ON coalesce(q.headers ->> 'x-pgmq-group', '_default_fifo_group') = l.name
            -- Where one of each group is enough it is the oldest, found by its key.
            WHERE q.vt <= $1 AND ($3 > 1 OR q.msg_id = l.head)
        ), placed AS (
            SELECT r.msg_id, row_number() OVER (ORDER BY %2$s) AS place
            FROM ranked AS r
            WHERE r.rank <= $3
        ), chosen AS MATERIALIZED (
            SELECT q.msg_id, p.place
            FROM placed AS p
            JOIN pgmq.%1$I AS q ON q.msg_id = p.msg_id
            WHERE q.vt <= $1 AND ($2 IS NULL OR p.place <= $2)
            FOR UPDATE OF q SKIP LOCKED
        ), taken AS (
            UPDATE pgmq.%1$I AS q
            SET last_read_at = clock_timestamp(),
                vt = clock_timestamp() + make_interval(secs => $4),
                read_ct = q.read_ct + 1
            FROM chosen AS c
            WHERE q.msg_id = c.msg_id
            RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers, c.place
        )
        SELECT t.msg_id, t.read_ct, t.enqueued_at, t.last_read_at, t.vt, t.message, t.headers
        FROM taken AS t
        ORDER BY t.%3$I
        $sql$,
        pgmq.format_table_name(queue_name, 'q'), taking, giving)
    USING clock_timestamp(), qty, ranks, vt;
END
$fn$;

-- As many messages of one group as there are, then those of the next.
CREATE FUNCTION pgmq.read_grouped(queue_name text, vt integer, qty integer)
RETURNS SETOF pgmq.message_record LANGUAGE sql AS $fn$
    SELECT * FROM pgmq._read_grouped($1, $2, coalesce($3, 0), $3, 'r.head, r.rank', 'msg_id')
$fn$;

-- One message of each group, then a second one of each, and so on; returned in that order.
CREATE FUNCTION pgmq.read_grouped_rr(queue_name text, vt integer, qty integer)
RETURNS SETOF pgmq.message_record LANGUAGE sql AS $fn$
    SELECT * FROM pgmq._read_grouped($1, $2, greatest($3, 0), $3, 'r.rank, r.head', 'place')
$fn$;

-- One message of each group.
CREATE FUNCTION pgmq.read_grouped_head(queue_name text, vt integer, qty integer)
RETURNS SETOF pgmq.message_record LANGUAGE sql AS $fn$
    SELECT * FROM pgmq._read_grouped($1, $2, $3, 1, 'r.head', 'msg_id')
$fn$;

CREATE OR REPLACE FUNCTION pgmq.read_with_poll(
    queue_name text,
    vt integer,
    qty integer,
    max_poll_seconds integer DEFAULT 5,
    poll_interval_ms integer DEFAULT 100,
    conditional jsonb DEFAULT '{}')
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    give_up_at timestamp with time zone := clock_timestamp() + make_interval(secs => max_poll_seconds);
BEGIN
    LOOP
        EXIT WHEN clock_timestamp() >= give_up_at;
        RETURN QUERY SELECT * FROM pgmq.read(queue_name, vt, qty, conditional);
        EXIT WHEN FOUND;
        PERFORM pg_sleep(poll_interval_ms / 1000.0);
    END LOOP;
END
$fn$;

CREATE FUNCTION pgmq.read_grouped_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    give_up_at timestamp with time zone := clock_timestamp() + make_interval(secs => max_poll_seconds);
BEGIN
    LOOP
        EXIT WHEN clock_timestamp() >= give_up_at;
        RETURN QUERY SELECT * FROM pgmq.read_grouped(queue_name, vt, qty);
        EXIT WHEN FOUND;
        PERFORM pg_sleep(poll_interval_ms / 1000.0);
    END LOOP;
END
$fn$;

CREATE FUNCTION pgmq.read_grouped_rr_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    give_up_at timestamp with time zone := clock_timestamp() + make_interval(secs => max_poll_seconds);
BEGIN
    LOOP
        EXIT WHEN clock_timestamp() >= give_up_at;
        RETURN QUERY SELECT * FROM pgmq.read_grouped_rr(queue_name, vt, qty);
        EXIT WHEN FOUND;
        PERFORM pg_sleep(poll_interval_ms / 1000.0);
    END LOOP;
END
$fn$;

CREATE FUNCTION pgmq.read_grouped_head_with_poll(
    queue_name text, vt integer, qty integer, max_poll_seconds integer DEFAULT 5, poll_interval_ms integer DEFAULT 100)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    give_up_at timestamp with time zone := clock_timestamp() + make_interval(secs => max_poll_seconds);
BEGIN
    LOOP
        EXIT WHEN clock_timestamp() >= give_up_at;
        RETURN QUERY SELECT * FROM pgmq.read_grouped_head(queue_name, vt, qty);
        EXIT WHEN FOUND;
        PERFORM pg_sleep(poll_interval_ms / 1000.0);
    END LOOP;
END
$fn$;

-- Topics -----------------------------------------------------------------------------------------------------------

-- What holds for routing keys and for patterns alike; kind is how the error calls it.
CREATE FUNCTION pgmq._require_dotted(kind text, given text, allowed text, allowed_in_words text)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $fn$
BEGIN
    IF coalesce(given, '') = '' THEN
        RAISE EXCEPTION '% cannot be NULL or empty', kind;
    ELSIF length(given) > 255 THEN
        RAISE EXCEPTION '% length cannot exceed 255 characters, got % characters', kind, length(given);
    ELSIF given !~ allowed THEN
        RAISE EXCEPTION '% contains invalid characters. Only % are allowed. Got: %', kind, allowed_in_words, given;
    ELSIF given LIKE '.%' THEN
        RAISE EXCEPTION '% cannot start with a dot. Got: %', kind, given;
    ELSIF given LIKE '%.' THEN
        RAISE EXCEPTION '% cannot end with a dot. Got: %', kind, given;
    ELSIF given LIKE '%..%' THEN
        RAISE EXCEPTION '% cannot contain consecutive dots. Got: %', kind, given;
    END IF;
END
$fn$;

CREATE FUNCTION pgmq.validate_routing_key(routing_key text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $fn$
BEGIN
    PERFORM pgmq._require_dotted(
        'routing_key', routing_key, '^[A-Za-z0-9._-]+$', 'alphanumeric, dots, hyphens, and underscores');
    RETURN true;
END
$fn$;

CREATE FUNCTION pgmq.validate_topic_pattern(pattern text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $fn$
BEGIN
    PERFORM pgmq._require_dotted(
        'pattern', pattern, '^[A-Za-z0-9._*#-]+$', 'alphanumeric, dots, hyphens, underscores, *, and #');
    IF pattern LIKE '%**%' THEN
        RAISE EXCEPTION 'pattern cannot contain consecutive stars (**). Use # for multi-segment matching. Got: %', pattern;
    ELSIF pattern LIKE '%##%' THEN
        RAISE EXCEPTION 'pattern cannot contain consecutive hashes (##). A single # already matches zero or more segments. Got: %',
            pattern;
    ELSIF pattern LIKE '%*#%' OR pattern LIKE '%#*%' THEN
        RAISE EXCEPTION 'pattern cannot contain adjacent wildcards (*# or #*). Separate wildcards with dots. Got: %', pattern;
    END IF;
    RETURN true;
END
$fn$;

CREATE FUNCTION pgmq.bind_topic(pattern text, queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.validate_topic_pattern(pattern);
    IF coalesce(queue_name, '') = '' THEN
        RAISE EXCEPTION 'queue_name cannot be NULL or empty';
    ELSIF NOT EXISTS (SELECT FROM pgmq.meta AS m WHERE m.queue_name = bind_topic.queue_name) THEN
        RAISE EXCEPTION 'Queue "%" does not exist. Create the queue first using pgmq.create()', queue_name;
    END IF;
    INSERT INTO pgmq.topic_bindings (pattern, queue_name)
    VALUES (bind_topic.pattern, bind_topic.queue_name)
    ON CONFLICT ON CONSTRAINT topic_bindings_unique_pattern_queue DO NOTHING;
END
$fn$;

CREATE FUNCTION pgmq.unbind_topic(pattern text, queue_name text) RETURNS boolean LANGUAGE plpgsql AS $fn$
BEGIN
    IF coalesce(pattern, '') = '' THEN
        RAISE EXCEPTION 'pattern cannot be NULL or empty';
    ELSIF coalesce(queue_name, '') = '' THEN
        RAISE EXCEPTION 'queue_name cannot be NULL or empty';
    END IF;
    DELETE FROM pgmq.topic_bindings AS b
    WHERE b.pattern = unbind_topic.pattern AND b.queue_name = unbind_topic.queue_name;
    RETURN FOUND;
END
$fn$;

CREATE FUNCTION pgmq.test_routing(routing_key text)
RETURNS TABLE (pattern text, queue_name text, compiled_regex text) LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    PERFORM pgmq.validate_routing_key(routing_key);
    RETURN QUERY
        SELECT b.pattern, b.queue_name, b.compiled_regex
        FROM pgmq.topic_bindings AS b
        WHERE routing_key ~ b.compiled_regex
        ORDER BY b.pattern;
END
$fn$;

CREATE FUNCTION pgmq.list_topic_bindings()
RETURNS TABLE (pattern text, queue_name text, bound_at timestamp with time zone, compiled_regex text)
LANGUAGE sql STABLE AS $fn$
    SELECT b.pattern, b.queue_name, b.bound_at, b.compiled_regex
    FROM pgmq.topic_bindings AS b
    ORDER BY b.bound_at DESC, b.pattern, b.queue_name
$fn$;

CREATE FUNCTION pgmq.list_topic_bindings(queue_name text)
RETURNS TABLE (pattern text, queue_name text, bound_at timestamp with time zone, compiled_regex text)
LANGUAGE sql STABLE AS $fn$
    SELECT b.pattern, b.queue_name, b.bound_at, b.compiled_regex
    FROM pgmq.topic_bindings AS b
    WHERE b.queue_name = $1
    ORDER BY b.bound_at DESC, b.pattern
$fn$;

-- A queue gets the message once, however many of its patterns match; always in one order of queues, so that two senders
-- cannot wait for each other's locks.
CREATE FUNCTION pgmq.send_topic(routing_key text, msg jsonb, headers jsonb, delay integer)
RETURNS integer LANGUAGE plpgsql AS $fn$
DECLARE
    bound record;
    sent integer := 0;
BEGIN
    PERFORM pgmq.validate_routing_key(routing_key);
    IF msg IS NULL THEN
        RAISE EXCEPTION 'msg cannot be NULL';
    ELSIF delay < 0 THEN
        RAISE EXCEPTION 'delay cannot be negative, got: %', delay;
    END IF;
    FOR bound IN
        SELECT DISTINCT b.queue_name FROM pgmq.topic_bindings AS b WHERE routing_key ~ b.compiled_regex ORDER BY 1
    LOOP
        PERFORM pgmq.send(bound.queue_name, msg, headers, delay);
        sent := sent + 1;
    END LOOP;
    RETURN sent;
END
$fn$;

CREATE FUNCTION pgmq.send_topic(routing_key text, msg jsonb) RETURNS integer LANGUAGE sql AS $fn$
    SELECT pgmq.send_topic($1, $2, NULL::jsonb, 0)
$fn$;

CREATE FUNCTION pgmq.send_topic(routing_key text, msg jsonb, delay integer) RETURNS integer LANGUAGE sql AS $fn$
    SELECT pgmq.send_topic($1, $2, NULL::jsonb, $3)
$fn$;

CREATE FUNCTION pgmq.send_batch_topic(
    routing_key text, msgs jsonb[], headers jsonb[], delay timestamp with time zone)
RETURNS TABLE (queue_name text, msg_id bigint) LANGUAGE plpgsql AS $fn$
DECLARE
    bound record;
BEGIN
    PERFORM pgmq.validate_routing_key(routing_key);
    PERFORM pgmq._require_batch(msgs, headers);
    FOR bound IN
        SELECT DISTINCT b.queue_name FROM pgmq.topic_bindings AS b WHERE routing_key ~ b.compiled_regex ORDER BY 1
    LOOP
        RETURN QUERY
            SELECT bound.queue_name, sent.id FROM pgmq.send_batch(bound.queue_name, msgs, headers, delay) AS sent (id);
    END LOOP;
END
$fn$;

CREATE FUNCTION pgmq.send_batch_topic(routing_key text, msgs jsonb[])
RETURNS TABLE (queue_name text, msg_id bigint) LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch_topic($1, $2, NULL::jsonb[], clock_timestamp())
$fn$;

CREATE FUNCTION pgmq.send_batch_topic(routing_key text, msgs jsonb[], headers jsonb[])
RETURNS TABLE (queue_name text, msg_id bigint) LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch_topic($1, $2, $3, clock_timestamp())
$fn$;

CREATE FUNCTION pgmq.send_batch_topic(routing_key text, msgs jsonb[], delay integer)
RETURNS TABLE (queue_name text, msg_id bigint) LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch_topic($1, $2, NULL::jsonb[], clock_timestamp() + make_interval(secs => $3))
$fn$;

CREATE FUNCTION pgmq.send_batch_topic(routing_key text, msgs jsonb[], delay timestamp with time zone)
RETURNS TABLE (queue_name text, msg_id bigint) LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch_topic($1, $2, NULL::jsonb[], $3)
$fn$;

CREATE FUNCTION pgmq.send_batch_topic(routing_key text, msgs jsonb[], headers jsonb[], delay integer)
RETURNS TABLE (queue_name text, msg_id bigint) LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch_topic($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
$fn$;

-- Notifying --------------------------------------------------------------------------------------------------------

-- Arguments: the queue's name as it is listed, and its throttle when notifications were enabled. Triggers of version 1
-- have none; their queue is the one with that table.
CREATE OR REPLACE FUNCTION pgmq.notify_queue_listeners() RETURNS trigger LANGUAGE plpgsql AS $fn$
DECLARE
    listened text := coalesce(TG_ARGV[0], substr(TG_TABLE_NAME, 3));
    throttle record;
BEGIN
    SELECT t.queue_name, t.throttle_interval_ms, t.last_notified_at INTO throttle
    FROM pgmq.notify_insert_throttle AS t
    WHERE t.queue_name = listened OR (TG_ARGV[0] IS NULL AND lower(t.queue_name) = listened)
    LIMIT 1;
    IF NOT FOUND THEN
        -- A crash empties this table, which is unlogged, while the trigger stays and listeners go on listening.
        INSERT INTO pgmq.notify_insert_throttle (queue_name, throttle_interval_ms, last_notified_at)
        SELECT m.queue_name, TG_ARGV[1]::integer, clock_timestamp() FROM pgmq.meta AS m
        WHERE m.queue_name = TG_ARGV[0]
        ON CONFLICT DO NOTHING;
    ELSIF throttle.throttle_interval_ms > 0
        AND clock_timestamp() - throttle.last_notified_at < make_interval(secs => throttle.throttle_interval_ms / 1000.0)
    THEN
        RETURN NEW;
    ELSE
        UPDATE pgmq.notify_insert_throttle AS t
        SET last_notified_at = clock_timestamp()
        WHERE t.queue_name = throttle.queue_name
          AND (t.throttle_interval_ms = 0
               OR clock_timestamp() - t.last_notified_at >= make_interval(secs => t.throttle_interval_ms / 1000.0));
        IF NOT FOUND THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM pg_notify('pgmq.q_' || listened || '.' || TG_OP, NULL);
    RETURN NEW;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.disable_notify_insert(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    EXECUTE format(
        'DROP TRIGGER IF EXISTS trigger_notify_queue_insert_listeners ON pgmq.%I',
        pgmq.format_table_name(queue_name, 'q'));
    DELETE FROM pgmq.notify_insert_throttle AS t WHERE t.queue_name = disable_notify_insert.queue_name;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.enable_notify_insert(queue_name text, throttle_interval_ms integer DEFAULT 250)
RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
BEGIN
    IF throttle_interval_ms < 0 THEN
        RAISE EXCEPTION 'throttle_interval_ms must be non-negative';
    ELSIF to_regclass('pgmq.' || quote_ident(qtable)) IS NULL THEN
        RAISE EXCEPTION 'Queue "%" does not exist. Create it first using pgmq.create()', queue_name;
    END IF;
    PERFORM pgmq.disable_notify_insert(queue_name);
    INSERT INTO pgmq.notify_insert_throttle (queue_name, throttle_interval_ms)
    VALUES (enable_notify_insert.queue_name, enable_notify_insert.throttle_interval_ms);
    EXECUTE format(
        $sql$
        CREATE CONSTRAINT TRIGGER trigger_notify_queue_insert_listeners
        AFTER INSERT ON pgmq.%I DEFERRABLE
        FOR EACH ROW EXECUTE FUNCTION pgmq.notify_queue_listeners(%L, %L)
        $sql$,
        qtable, queue_name, throttle_interval_ms);
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.update_notify_insert(queue_name text, throttle_interval_ms integer)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    IF throttle_interval_ms < 0 THEN
        RAISE EXCEPTION 'throttle_interval_ms must be non-negative, got: %', throttle_interval_ms;
    ELSIF NOT EXISTS (SELECT FROM pgmq.meta AS m WHERE m.queue_name = update_notify_insert.queue_name) THEN
        RAISE EXCEPTION 'Queue "%" does not exist. Create the queue first using pgmq.create()', queue_name;
    END IF;
    UPDATE pgmq.notify_insert_throttle AS t
    SET throttle_interval_ms = update_notify_insert.throttle_interval_ms, last_notified_at = to_timestamp(0)
    WHERE t.queue_name = update_notify_insert.queue_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Queue "%" does not have notify_insert enabled. Enable it first using pgmq.enable_notify_insert()',
            queue_name;
    END IF;
END
$fn$;

ALTER FUNCTION pgmq.list_notify_insert_throttles() STABLE;

DROP FUNCTION pgmq.create_tables(text, boolean);
DROP FUNCTION pgmq.require_notifiable(text, integer);

-- Queues of version 1 -------------------------------------------------------------------------------------------------

-- What another account made is left as it is: only its owner may change it, and it works.
DO $do$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT c.relname, c.relkind, c.relname ~ '^q_' AS queue
        FROM pg_class AS c
        WHERE c.relnamespace = 'pgmq'::regnamespace AND c.relkind IN ('r', 'S') AND c.relname ~ '^[qa]_'
          AND pg_has_role(c.relowner, 'USAGE')
    LOOP
        EXECUTE format('GRANT SELECT ON pgmq.%I TO pg_monitor', made.relname);
        IF made.relkind = 'r' AND made.queue THEN
            PERFORM pgmq._tune(made.relname);
        END IF;
    END LOOP;
END
$do$;

COMMENT ON SCHEMA pgmq IS 'tasker-pgmq schema 2 (PGMQ 1.13 without partitioned queues)';
