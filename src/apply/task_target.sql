/*
 * task_target.sql: tasks in which Odoo does with an order what Cartona says.
 *
 * confirm, assign, deliver and cancel are targets: the newest of an order
 * counts, and each does what lies before it as well.  activity is for a human.
 * What Odoo refuses, or asks a question about, is for a human too: an activity
 * on the order, the task failed, the problem in cartona.problem.
 */
CREATE FUNCTION cartona._target_text(lang text, what text, detail text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE WHEN lang ~ '^ar(_|$)' THEN t.arabic ELSE t.english END || coalesce(': ' || nullif(detail, ''), '.')
	FROM (VALUES
		('confirm', 'Approved at Cartona: the order is confirmed', 'تمت الموافقة على الطلب في كارتونا: تم تأكيد أمر البيع'),
		('assign', 'Shipped at Cartona: the goods are reserved', 'شُحن الطلب في كارتونا: تم حجز البضاعة'),
		('deliver', 'Delivered at Cartona: the delivery is validated', 'سُلّم الطلب في كارتونا: تم اعتماد التسليم'),
		('cancel', 'Cancelled at Cartona: the order is cancelled', 'أُلغي الطلب في كارتونا: تم إلغاء أمر البيع'),
		('returned', 'Returned at Cartona: take the goods back, and credit them where that is due',
			'أُرجع الطلب في كارتونا: استلم البضاعة المرتجعة، وأصدر إشعارًا دائنًا إن لزم'),
		('note', 'This order has gone on at Cartona: please see to it', 'تقدّم هذا الطلب في كارتونا: يرجى متابعته'),
		('incomplete', 'At Cartona this order has gone on, but a line of it is missing here: complete it, then confirm it',
			'تقدّم الطلب في كارتونا، لكن ينقصه سطر هنا: أكمله ثم أكّده'),
		('delivered but cancelled', 'Delivered at Cartona, but cancelled here: please check', 'سُلّم الطلب في كارتونا، لكنه ملغى هنا: يرجى المراجعة'),
		('cancelled but delivered', 'Cancelled at Cartona, but delivered here already: take the goods back, or settle it with Cartona',
			'أُلغي الطلب في كارتونا بعد تسليمه هنا: استرجع البضاعة أو سوِّ الأمر مع كارتونا'),
		('cancelled but invoiced', 'Cancelled at Cartona: the order is cancelled, but an invoice of it is posted: credit it',
			'أُلغي الطلب في كارتونا وتم إلغاء أمر البيع، لكن له فاتورة مرحّلة: أصدر إشعارًا دائنًا'),
		('stock', 'Delivered at Cartona, but there is not enough stock here', 'سُلّم الطلب في كارتونا، لكن المخزون هنا لا يكفي'),
		('lots', 'Delivered at Cartona, but a lot or serial number is needed here', 'سُلّم الطلب في كارتونا، لكن يلزم هنا رقم تشغيلة أو رقم تسلسلي'),
		('question', 'Delivered at Cartona, but Odoo asks a question before it validates', 'سُلّم الطلب في كارتونا، لكن أودو يسأل سؤالًا قبل الاعتماد'),
		('state', 'At Cartona this order has gone on, but Odoo did not take it along; its state here is',
			'تقدّم الطلب في كارتونا، لكن أودو لم يتابعه؛ حالته هنا'),
		('refused', 'At Cartona this order has gone on, but Odoo refuses to take it along', 'تقدّم الطلب في كارتونا، لكن أودو يرفض متابعته'),
		('cancel by hand', 'Cancelled at Cartona: cancel this order, and its deliveries', 'أُلغي الطلب في كارتونا: ألغِ أمر البيع وعمليات تسليمه'),
		('deliver by hand', 'Delivered at Cartona: validate the delivery of this order', 'سُلّم الطلب في كارتونا: اعتمد تسليم أمر البيع')
	) AS t (what, english, arabic) WHERE t.what = _target_text.what
$$;
COMMENT ON FUNCTION cartona._target_text(text, text, text) IS 'What is said on an order about a status that Cartona told, in the company''s language; detail (may be null) follows it.';

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
