-- A message queue in SQL with the tables, signatures, texts and SQLSTATEs of PGMQ 1.13. It has the functions to make,
-- drop, purge, list and measure queues, to send, read, poll, pop, settle and archive messages, and to be notified. It
-- leaves out grouped reads (read_grouped…), topics (bind_topic, send_topic…), FIFO indexes (create_fifo_index…) and
-- partitioned queues (create_partitioned); a client that calls one of those gets 42883, undefined function.
-- Runs in one transaction, in a database that has no PGMQ; the schema exists and is empty.

CREATE TABLE pgmq.meta (
    queue_name varchar UNIQUE NOT NULL,
    is_partitioned boolean NOT NULL,
    is_unlogged boolean NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE UNLOGGED TABLE pgmq.notify_insert_throttle (
    queue_name varchar UNIQUE NOT NULL REFERENCES pgmq.meta (queue_name) ON DELETE CASCADE,
    throttle_interval_ms integer NOT NULL DEFAULT 0,
    last_notified_at timestamp with time zone NOT NULL DEFAULT to_timestamp(0)
);

CREATE TYPE pgmq.message_record AS (
    msg_id bigint,
    read_ct integer,
    enqueued_at timestamp with time zone,
    last_read_at timestamp with time zone,
    vt timestamp with time zone,
    message jsonb,
    headers jsonb
);

CREATE TYPE pgmq.queue_record AS (
    queue_name varchar,
    is_partitioned boolean,
    is_unlogged boolean,
    created_at timestamp with time zone
);

CREATE TYPE pgmq.metrics_result AS (
    queue_name text,
    queue_length bigint,
    newest_msg_age_sec integer,
    oldest_msg_age_sec integer,
    total_messages bigint,
    scrape_time timestamp with time zone,
    queue_visible_length bigint,
    default_partition_length bigint
);

-- Names ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq.validate_queue_name(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    -- The longest name around it is an index, archived_at_idx_<name>, of at most 63 bytes.
    IF length(queue_name) > 47 THEN
        RAISE EXCEPTION 'queue name is too long, maximum length is 47 characters';
    END IF;
END
$fn$;

CREATE FUNCTION pgmq.format_table_name(queue_name text, prefix text) RETURNS text LANGUAGE plpgsql AS $fn$
BEGIN
    IF queue_name ~ '\$|;|--|''' THEN
        RAISE EXCEPTION 'queue name contains invalid characters: $, ;, --, or \''';
    END IF;
    RETURN lower(prefix || '_' || queue_name);
END
$fn$;

CREATE FUNCTION pgmq.acquire_queue_lock(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('pgmq.queue_' || queue_name));
END
$fn$;

-- Queues -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq.create_tables(queue_name text, unlogged boolean) RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    atable text := pgmq.format_table_name(queue_name, 'a');
BEGIN
    PERFORM pgmq.validate_queue_name(queue_name);
    PERFORM pgmq.acquire_queue_lock(queue_name);
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
    EXECUTE format(
        'CREATE INDEX IF NOT EXISTS %I ON pgmq.%I (archived_at)', 'archived_at_idx_' || lower(queue_name), atable);
    INSERT INTO pgmq.meta (queue_name, is_partitioned, is_unlogged)
    VALUES (create_tables.queue_name, false, unlogged)
    ON CONFLICT DO NOTHING;
END
$fn$;

CREATE FUNCTION pgmq.create_non_partitioned(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.create_tables(queue_name, false);
END
$fn$;

CREATE FUNCTION pgmq.create_unlogged(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.create_tables(queue_name, true);
END
$fn$;

CREATE FUNCTION pgmq.create(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.create_non_partitioned(queue_name);
END
$fn$;

CREATE FUNCTION pgmq.drop_queue(queue_name text) RETURNS boolean LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    atable text := pgmq.format_table_name(queue_name, 'a');
BEGIN
    PERFORM pgmq.acquire_queue_lock(queue_name);
    DELETE FROM pgmq.meta AS m WHERE m.queue_name = drop_queue.queue_name;
    IF NOT FOUND THEN
        RAISE NOTICE 'pgmq queue `%` does not exist', queue_name;
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS pgmq.%I', qtable);
    EXECUTE format('DROP TABLE IF EXISTS pgmq.%I', atable);
    RETURN true;
END
$fn$;

CREATE FUNCTION pgmq.purge_queue(queue_name text) RETURNS bigint LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    purged bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM pgmq.%I', qtable) INTO purged;
    EXECUTE format('TRUNCATE TABLE pgmq.%I', qtable);
    RETURN purged;
END
$fn$;

CREATE FUNCTION pgmq.list_queues() RETURNS SETOF pgmq.queue_record LANGUAGE sql AS $fn$
    SELECT m.queue_name, m.is_partitioned, m.is_unlogged, m.created_at FROM pgmq.meta AS m
$fn$;

CREATE FUNCTION pgmq.metrics(queue_name text) RETURNS pgmq.metrics_result LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
    result pgmq.metrics_result;
BEGIN
    -- A queue that is not partitioned has no default partition: its length is unknown, not zero.
    EXECUTE format(
        $sql$
        SELECT $1,
               count(*),
               extract(epoch FROM now() - max(q.enqueued_at))::integer,
               extract(epoch FROM now() - min(q.enqueued_at))::integer,
               (SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END FROM pgmq.%I AS s),
               now(),
               count(*) FILTER (WHERE q.vt <= $2),
               NULL::bigint
        FROM pgmq.%I AS q
        $sql$,
        qtable || '_msg_id_seq', qtable)
    USING queue_name, clock_timestamp()
    INTO result;
    RETURN result;
END
$fn$;

CREATE FUNCTION pgmq.metrics_all() RETURNS SETOF pgmq.metrics_result LANGUAGE plpgsql AS $fn$
DECLARE
    queue record;
BEGIN
    FOR queue IN SELECT m.queue_name FROM pgmq.meta AS m LOOP
        RETURN NEXT pgmq.metrics(queue.queue_name);
    END LOOP;
END
$fn$;

-- Does nothing in PGMQ either; clients may still call it.
CREATE FUNCTION pgmq.detach_archive(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE WARNING 'detach_archive(queue_name) is deprecated and does nothing';
END
$fn$;

-- Sending ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, headers jsonb, delay timestamp with time zone)
RETURNS SETOF bigint LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN QUERY EXECUTE format(
        'INSERT INTO pgmq.%I (vt, message, headers) VALUES ($1, $2, $3) RETURNING msg_id',
        pgmq.format_table_name(queue_name, 'q'))
    USING delay, msg, headers;
END
$fn$;

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb) RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send($1, $2, NULL::jsonb, clock_timestamp())
$fn$;

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, headers jsonb) RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send($1, $2, $3, clock_timestamp())
$fn$;

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, delay integer) RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send($1, $2, NULL::jsonb, clock_timestamp() + make_interval(secs => $3))
$fn$;

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, delay timestamp with time zone)
RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send($1, $2, NULL::jsonb, $3)
$fn$;

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, headers jsonb, delay integer)
RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
$fn$;

CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay timestamp with time zone)
RETURNS SETOF bigint LANGUAGE plpgsql AS $fn$
BEGIN
    IF coalesce(cardinality(msgs), 0) = 0 THEN
        RAISE EXCEPTION 'msgs cannot be NULL or empty';
    END IF;
    IF headers IS NOT NULL AND cardinality(headers) <> cardinality(msgs) THEN
        RAISE EXCEPTION 'headers array length (%) must match msgs array length (%)',
            cardinality(headers), cardinality(msgs);
    END IF;
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

CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[]) RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch($1, $2, NULL::jsonb[], clock_timestamp())
$fn$;

CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[])
RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch($1, $2, $3, clock_timestamp())
$fn$;

CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], delay integer)
RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch($1, $2, NULL::jsonb[], clock_timestamp() + make_interval(secs => $3))
$fn$;

CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], delay timestamp with time zone)
RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch($1, $2, NULL::jsonb[], $3)
$fn$;

CREATE FUNCTION pgmq.send_batch(queue_name text, msgs jsonb[], headers jsonb[], delay integer)
RETURNS SETOF bigint LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.send_batch($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
$fn$;

-- Receiving --------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT '{}')
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
BEGIN
    -- The moment is a parameter because a call of clock_timestamp() in the predicate would rule out the index on vt.
    RETURN QUERY EXECUTE format(
        $sql$
        WITH due AS (
            SELECT q.msg_id FROM pgmq.%1$I AS q
            WHERE q.vt <= $1 AND %2$s
            ORDER BY q.msg_id
            LIMIT $3
            FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE pgmq.%1$I AS q
            SET last_read_at = clock_timestamp(),
                vt = clock_timestamp() + make_interval(secs => $4),
                read_ct = q.read_ct + 1
            FROM due
            WHERE q.msg_id = due.msg_id
            RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers
        )
        SELECT t.msg_id, t.read_ct, t.enqueued_at, t.last_read_at, t.vt, t.message, t.headers
        FROM taken AS t
        ORDER BY t.msg_id
        $sql$,
        pgmq.format_table_name(queue_name, 'q'),
        -- A message that is no JSON object contains nothing, not even the empty condition.
        CASE WHEN conditional = '{}'::jsonb THEN 'true' ELSE 'q.message @> $2' END)
    USING clock_timestamp(), conditional, qty, vt;
END
$fn$;

CREATE FUNCTION pgmq.read_with_poll(
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
        RETURN QUERY SELECT * FROM pgmq.read(queue_name, vt, qty, conditional);
        EXIT WHEN FOUND OR clock_timestamp() >= give_up_at;
        PERFORM pg_sleep(poll_interval_ms / 1000.0);
    END LOOP;
END
$fn$;

CREATE FUNCTION pgmq.pop(queue_name text, qty integer DEFAULT 1)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN QUERY EXECUTE format(
        $sql$
        WITH due AS (
            SELECT q.msg_id FROM pgmq.%1$I AS q
            WHERE q.vt <= $1
            ORDER BY q.msg_id
            LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), taken AS (
            DELETE FROM pgmq.%1$I AS q USING due
            WHERE q.msg_id = due.msg_id
            RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers
        )
        SELECT t.msg_id, t.read_ct, t.enqueued_at, t.last_read_at, t.vt, t.message, t.headers
        FROM taken AS t
        ORDER BY t.msg_id
        $sql$,
        pgmq.format_table_name(queue_name, 'q'))
    USING clock_timestamp(), qty;
END
$fn$;

-- Settling ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq.set_vt(queue_name text, msg_ids bigint[], vt timestamp with time zone)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN QUERY EXECUTE format(
        $sql$
        UPDATE pgmq.%I AS q SET vt = $2 WHERE q.msg_id = ANY ($1)
        RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers
        $sql$,
        pgmq.format_table_name(queue_name, 'q'))
    USING msg_ids, vt;
END
$fn$;

CREATE FUNCTION pgmq.set_vt(queue_name text, msg_ids bigint[], vt integer)
RETURNS SETOF pgmq.message_record LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.set_vt($1, $2, clock_timestamp() + make_interval(secs => $3))
$fn$;

CREATE FUNCTION pgmq.set_vt(queue_name text, msg_id bigint, vt timestamp with time zone)
RETURNS SETOF pgmq.message_record LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.set_vt($1, ARRAY[$2], $3)
$fn$;

CREATE FUNCTION pgmq.set_vt(queue_name text, msg_id bigint, vt integer)
RETURNS SETOF pgmq.message_record LANGUAGE sql AS $fn$
    SELECT * FROM pgmq.set_vt($1, ARRAY[$2], clock_timestamp() + make_interval(secs => $3))
$fn$;

CREATE FUNCTION pgmq.delete(queue_name text, msg_ids bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN QUERY EXECUTE format(
        'DELETE FROM pgmq.%I AS q WHERE q.msg_id = ANY ($1) RETURNING q.msg_id',
        pgmq.format_table_name(queue_name, 'q'))
    USING msg_ids;
END
$fn$;

CREATE FUNCTION pgmq.delete(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE sql AS $fn$
    SELECT EXISTS (SELECT * FROM pgmq.delete($1, ARRAY[$2]))
$fn$;

CREATE FUNCTION pgmq.archive(queue_name text, msg_ids bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $fn$
BEGIN
    RETURN QUERY EXECUTE format(
        $sql$
        WITH gone AS (
            DELETE FROM pgmq.%I AS q WHERE q.msg_id = ANY ($1)
            RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers
        )
        INSERT INTO pgmq.%I (msg_id, read_ct, enqueued_at, last_read_at, vt, message, headers)
        SELECT g.msg_id, g.read_ct, g.enqueued_at, g.last_read_at, g.vt, g.message, g.headers FROM gone AS g
        RETURNING msg_id
        $sql$,
        pgmq.format_table_name(queue_name, 'q'), pgmq.format_table_name(queue_name, 'a'))
    USING msg_ids;
END
$fn$;

CREATE FUNCTION pgmq.archive(queue_name text, msg_id bigint) RETURNS boolean LANGUAGE sql AS $fn$
    SELECT EXISTS (SELECT * FROM pgmq.archive($1, ARRAY[$2]))
$fn$;

-- Notifying --------------------------------------------------------------------------------------------------------

CREATE FUNCTION pgmq.notify_queue_listeners() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    UPDATE pgmq.notify_insert_throttle AS t
    SET last_notified_at = clock_timestamp()
    WHERE lower(t.queue_name) = substr(TG_TABLE_NAME, 3)
      AND clock_timestamp() >= t.last_notified_at + make_interval(secs => t.throttle_interval_ms / 1000.0);
    IF FOUND THEN
        PERFORM pg_notify('pgmq.' || TG_TABLE_NAME || '.' || TG_OP, NULL);
    END IF;
    RETURN NEW;
END
$fn$;

CREATE FUNCTION pgmq.require_notifiable(queue_name text, throttle_interval_ms integer)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    IF throttle_interval_ms < 0 THEN
        RAISE EXCEPTION 'throttle_interval_ms must be non-negative, got: %', throttle_interval_ms;
    END IF;
    IF NOT EXISTS (SELECT FROM pgmq.meta AS m WHERE m.queue_name = require_notifiable.queue_name) THEN
        RAISE EXCEPTION 'Queue "%" does not exist. Create it first using pgmq.create()', queue_name;
    END IF;
END
$fn$;

CREATE FUNCTION pgmq.disable_notify_insert(queue_name text) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.require_notifiable(queue_name, 0);
    EXECUTE format(
        'DROP TRIGGER IF EXISTS trigger_notify_queue_insert_listeners ON pgmq.%I',
        pgmq.format_table_name(queue_name, 'q'));
    DELETE FROM pgmq.notify_insert_throttle AS t WHERE t.queue_name = disable_notify_insert.queue_name;
END
$fn$;

CREATE FUNCTION pgmq.enable_notify_insert(queue_name text, throttle_interval_ms integer DEFAULT 250)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.require_notifiable(queue_name, throttle_interval_ms);
    PERFORM pgmq.disable_notify_insert(queue_name);
    INSERT INTO pgmq.notify_insert_throttle (queue_name, throttle_interval_ms)
    VALUES (enable_notify_insert.queue_name, enable_notify_insert.throttle_interval_ms);
    EXECUTE format(
        $sql$
        CREATE CONSTRAINT TRIGGER trigger_notify_queue_insert_listeners
        AFTER INSERT ON pgmq.%I DEFERRABLE
        FOR EACH ROW EXECUTE FUNCTION pgmq.notify_queue_listeners()
        $sql$,
        pgmq.format_table_name(queue_name, 'q'));
END
$fn$;

CREATE FUNCTION pgmq.update_notify_insert(queue_name text, throttle_interval_ms integer)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    PERFORM pgmq.require_notifiable(queue_name, throttle_interval_ms);
    UPDATE pgmq.notify_insert_throttle AS t
    SET throttle_interval_ms = update_notify_insert.throttle_interval_ms, last_notified_at = to_timestamp(0)
    WHERE t.queue_name = update_notify_insert.queue_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Queue "%" does not have notify_insert enabled. Enable it first using pgmq.enable_notify_insert()',
            queue_name;
    END IF;
END
$fn$;

CREATE FUNCTION pgmq.list_notify_insert_throttles()
RETURNS TABLE (queue_name text, throttle_interval_ms integer, last_notified_at timestamp with time zone)
LANGUAGE sql AS $fn$
    SELECT t.queue_name::text, t.throttle_interval_ms, t.last_notified_at
    FROM pgmq.notify_insert_throttle AS t
    ORDER BY t.queue_name
$fn$;

COMMENT ON SCHEMA pgmq IS 'tasker-pgmq schema 1 (PGMQ 1.13 without grouped reads, topics, FIFO indexes and partitioned queues)';
