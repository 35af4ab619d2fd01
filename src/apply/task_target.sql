/*
 * task_target.sql: tasks in which Odoo does with an order what Cartona says.
 *
 * confirm, assign, deliver and cancel are targets: the newest of an order
 * counts, and each does what lies before it as well.  activity is for a human.
 * What Odoo refuses, or asks a question about, is for a human too: an activity
 * on the order, the task failed, the problem in cartona.problem.
 */
CREATE FUNCTION cartona._target_text(lang text, what text, detail text) RETURNS text
LANGUAGE c IMMUTABLE AS 'MODULE_PATHNAME', 'cartona_sql_target_text';
COMMENT ON FUNCTION cartona._target_text(text, text, text) IS 'What is said about a status that Cartona told, in a language (null: English); detail (may be null) follows it.';

CREATE FUNCTION cartona._is_target(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT kind IN ('confirm', 'assign', 'deliver', 'cancel')
$$;
COMMENT ON FUNCTION cartona._is_target(text) IS 'Is it a task that brings an order to a state, and takes the place of older ones of that order?';

CREATE FUNCTION cartona._target_said(task_id bigint, what text, detail text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT cartona._target_text(t.arg ->> 'lang', what, detail) FROM cartona.odoo_task t WHERE t.id = task_id
$$;
COMMENT ON FUNCTION cartona._target_said(bigint, text, text) IS 'cartona._target_text() in the language of a task.';

/* The sentence by which a task's problem is known in order_sync.problem. */
CREATE FUNCTION cartona._target_problem(task_id bigint, why text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT format('Odoo task %s: %s', task_id, replace(why, '; ', ', '))
$$;
COMMENT ON FUNCTION cartona._target_problem(bigint, text) IS 'A task''s problem as a sentence among those of its order.';

CREATE FUNCTION cartona._target_settled(task cartona.odoo_task) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	/*
	 * What stood in its way, and in that of the older ones, does no longer.  A
	 * clerk who confirmed an order while its cancellation waited contradicts
	 * Cartona (push/orders.c) until then.
	 */
	UPDATE cartona.odoo_task t SET state = 'done', done_at = now(), result = 'a newer one took its place'
	WHERE t.account_id = task.account_id AND t.hashed_id = task.hashed_id AND t.id < task.id
		AND cartona._is_target(t.kind) AND t.state <> 'done';
	UPDATE cartona.order_sync s SET problem = (
		SELECT string_agg(p.sentence, '; ' ORDER BY p.ord)
		FROM unnest(string_to_array(s.problem, '; ')) WITH ORDINALITY p (sentence, ord)
		WHERE p.sentence !~ '^Odoo task \d+: ' AND (task.kind <> 'cancel' OR p.sentence !~ '^Odoo''s state .* for good$'))
	WHERE s.account_id = task.account_id AND s.hashed_id = task.hashed_id AND s.problem IS NOT NULL;
END
$$;
COMMENT ON FUNCTION cartona._target_settled(cartona.odoo_task) IS 'Odoo did it: older targets of the order, and what they said was wrong, are gone.';

CREATE FUNCTION cartona._target_failed(task_id bigint, why text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	task cartona.odoo_task;
BEGIN
	UPDATE cartona.odoo_task t SET result = why, state = 'failed', done_at = now() WHERE t.id = task_id RETURNING t.* INTO task;
	UPDATE cartona.order_sync s SET problem = cartona._task_note(s.problem, cartona._target_problem(task_id, why), cartona._target_problem(task_id, why))
	WHERE s.account_id = task.account_id AND s.hashed_id = task.hashed_id;
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona._target_failed(bigint, text) IS 'Only a human can go on: the task is not tried again by itself, and its order has a problem.';

CREATE FUNCTION cartona._target_note(task_id bigint, what text, detail text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
	SELECT cartona._task_chatter(t.account_id, t.order_id, cartona._target_text(t.arg ->> 'lang', what, detail))
	FROM cartona.odoo_task t WHERE t.id = task_id
$$;
COMMENT ON FUNCTION cartona._target_note(bigint, text, text) IS 'Say on the order what a task did, or could not do.';
