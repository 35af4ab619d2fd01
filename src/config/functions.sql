/*
 * functions.sql: what a person does with an account.
 *
 * Thin SQL over the tables: each function enqueues or changes rows in the
 * caller's transaction and wakes the worker at commit; none speaks HTTP.
 */
CREATE FUNCTION cartona._identity(OUT system_identifier bigint, OUT database_oid oid)
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'cartona_sql_identity';
COMMENT ON FUNCTION cartona._identity() IS 'What tells this database from a copy of it.';

CREATE FUNCTION cartona._adopt() RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_adopt'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._adopt() IS 'Make this database the home of the installation; called by cartona.enable().';

CREATE FUNCTION cartona._is_home() RETURNS boolean
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'cartona_sql_is_home';
COMMENT ON FUNCTION cartona._is_home() IS 'false in a restored dump or another copy that no enable() has adopted.';

CREATE FUNCTION cartona._is_neutralized() RETURNS boolean
LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'cartona_sql_is_neutralized'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._is_neutralized() IS 'Has Odoo neutralized this database?';

CREATE FUNCTION cartona._has_token(account_id integer) RETURNS boolean
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_has_token'
SET search_path = pg_catalog, pg_temp;

CREATE FUNCTION cartona._url_problem(url text) RETURNS text
LANGUAGE c IMMUTABLE AS 'MODULE_PATHNAME', 'cartona_sql_url_problem';
COMMENT ON FUNCTION cartona._url_problem(text) IS 'What is wrong with an API URL; null where it can be used.';

COMMENT ON FUNCTION cartona._has_token(integer) IS 'Is a token set for this account? The token itself is told to nobody.';

CREATE FUNCTION cartona.set_token(account_id integer, token text) RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_set_token'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona.set_token(integer, text) IS
'Store the account''s API token (null or empty: remove it), and let an account that was stopped for its token go on. The token is readable by nobody, is in no dump, and where the library is preloaded the server log shows asterisks instead of it.';

CREATE FUNCTION cartona._account_trigger() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_account_trigger'
SET search_path = pg_catalog, pg_temp;

COMMENT ON FUNCTION cartona._account_trigger() IS 'Moves a token written into cartona.account to cartona.secret and leaves a mask.';

CREATE TRIGGER account_token BEFORE INSERT OR UPDATE OR DELETE ON cartona.account
FOR EACH ROW EXECUTE FUNCTION cartona._account_trigger();

/* Settings that change what Cartona should see, or which orders can be taken: compare every product, try every order again. */
CREATE FUNCTION cartona._account_changed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO cartona.outbox (kind, subject) VALUES ('refresh', NEW.id);
	PERFORM cartona._wake();
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION cartona._account_changed() IS 'A setting that changes what Cartona should see, or which orders can be taken, makes every product of the account due, and every order that failed or misses a product.';

CREATE TRIGGER account_changed AFTER UPDATE ON cartona.account
FOR EACH ROW
WHEN ((OLD.company_id, OLD.warehouse_id, OLD.currency, OLD.price_includes_tax, OLD.product_key, OLD.product_scope, OLD.stock_measure, OLD.stock_buffer, OLD.price_floor, OLD.missing_product)
	IS DISTINCT FROM (NEW.company_id, NEW.warehouse_id, NEW.currency, NEW.price_includes_tax, NEW.product_key, NEW.product_scope, NEW.stock_measure, NEW.stock_buffer, NEW.price_floor, NEW.missing_product))
EXECUTE FUNCTION cartona._account_changed();

/* What else the worker must look at again: where, whether and how often it talks. */
CREATE TRIGGER account_wake AFTER UPDATE ON cartona.account
FOR EACH ROW
WHEN ((OLD.api_url, OLD.api_token, OLD.active, OLD.pull_interval, OLD.full_sync_at)
	IS DISTINCT FROM (NEW.api_url, NEW.api_token, NEW.active, NEW.pull_interval, NEW.full_sync_at))
EXECUTE FUNCTION cartona._wake_trigger();
CREATE TRIGGER account_state_wake AFTER UPDATE ON cartona.account_state
FOR EACH ROW
WHEN ((OLD.stopped_reason, OLD.held_reason) IS DISTINCT FROM (NEW.stopped_reason, NEW.held_reason))
EXECUTE FUNCTION cartona._wake_trigger();

/*
 * Each account has its state, always.  A restored dump brings the state itself,
 * after its account: that one stays.
 */
CREATE FUNCTION cartona._account_state_trigger() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF TG_TABLE_NAME = 'account' THEN
		INSERT INTO cartona.account_state (account_id) VALUES (NEW.id);
		RETURN NULL;
	END IF;
	DELETE FROM cartona.account_state s WHERE s.account_id = NEW.account_id;
	RETURN NEW;
END
$$;
COMMENT ON FUNCTION cartona._account_state_trigger() IS
'Makes the row of cartona.account_state that belongs to a new account, and lets a restored one take its place.';

CREATE TRIGGER account_state AFTER INSERT ON cartona.account
FOR EACH ROW EXECUTE FUNCTION cartona._account_state_trigger();
CREATE TRIGGER account_state_replace BEFORE INSERT ON cartona.account_state
FOR EACH ROW EXECUTE FUNCTION cartona._account_state_trigger();

/* The account a call means: the one named, or the only one there is. */
CREATE FUNCTION cartona._account(account_id integer) RETURNS cartona.account
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	found_account cartona.account;
	n integer;
BEGIN
	SELECT count(*) INTO n FROM cartona.account;
	IF account_id IS NULL AND n > 1 THEN
		RAISE EXCEPTION 'there are % accounts', n
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name one by its id: see cartona.account.';
	END IF;
	SELECT * INTO found_account FROM cartona.account a WHERE account_id IS NULL OR a.id = account_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION '%', CASE WHEN n = 0 THEN 'there is no account' ELSE format('account %s does not exist', account_id) END
			USING ERRCODE = 'no_data_found',
			HINT = CASE WHEN n = 0 THEN 'Call cartona.attach() in Odoo''s database: it makes the first one.' ELSE 'The accounts are in cartona.account.' END;
	END IF;
	RETURN found_account;
END
$$;

COMMENT ON FUNCTION cartona._account(integer) IS 'The account a call means: the one named, or the only one; an error with a hint otherwise.';

CREATE FUNCTION cartona.enable(account_id integer DEFAULT NULL, force boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
	url_problem text := cartona._url_problem(a.api_url);
	facts record;
BEGIN
	IF url_problem IS NOT NULL THEN
		RAISE EXCEPTION 'account % has no usable API URL: %', a.id, url_problem
			USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('UPDATE cartona.account SET api_url = ''https://...'' WHERE id = %s;', a.id);
	END IF;
	IF NOT cartona._has_token(a.id) THEN
		RAISE EXCEPTION 'account % has no token', a.id
			USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('SELECT cartona.set_token(%s, ...); a restored dump holds no token.', a.id);
	END IF;
	IF cartona._attach_state() <> 'attached' THEN
		RAISE EXCEPTION 'the extension is not attached to Odoo''s tables'
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'SELECT cartona.attach();';
	END IF;

	SELECT * INTO facts FROM cartona._odoo_facts(a.company_id);
	/* The vendor's own add-on would do the same work a second time. */
	IF facts.vendor_addon THEN
		RAISE EXCEPTION 'the marketplace add-on is installed in this Odoo'
			USING ERRCODE = 'object_not_in_prerequisite_state',
			DETAIL = 'Its model marketplace.config exists; both would import each order and send each change.',
			HINT = 'Uninstall the add-on in Odoo first.';
	END IF;
	IF facts.company_currency IS NULL THEN
		RAISE EXCEPTION 'company % of account % does not exist in Odoo', a.company_id, a.id
			USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = 'Set cartona.account.company_id to the id of the company that sells on Cartona.';
	END IF;
	IF facts.company_currency <> a.currency THEN
		RAISE EXCEPTION 'the currency of account % is %, that of its company is %', a.id, a.currency, facts.company_currency
			USING ERRCODE = 'object_not_in_prerequisite_state',
			DETAIL = 'Prices would go out, and orders come in, in the wrong currency.',
			HINT = format('UPDATE cartona.account SET currency = %L WHERE id = %s, if Cartona pays in it.', facts.company_currency, a.id);
	END IF;

	IF (SELECT (i.system_identifier, i.database_oid) IS DISTINCT FROM (h.system_identifier, h.database_oid)
		FROM cartona._identity() h LEFT JOIN cartona.installation i ON true) THEN
		/* A copy is adopted: whatever the original had waiting is the original's to send. */
		DELETE FROM cartona.outbox;
		DELETE FROM cartona.delivery;
		PERFORM cartona._adopt();
	END IF;
	UPDATE cartona.account
	SET active = true, orders_since = coalesce(orders_since, now()),
		bound_system = (SELECT system_identifier FROM cartona._identity()),
		bound_database = (SELECT database_oid FROM cartona._identity())
	WHERE id = a.id;
	UPDATE cartona.account_state s SET stopped_reason = NULL, stopped_at = NULL, held_reason = NULL
	WHERE s.account_id = a.id AND (s.stopped_reason IS NOT NULL OR s.held_reason IS NOT NULL);
	INSERT INTO cartona.outbox (kind, subject, status) VALUES ('enable', a.id, CASE WHEN force THEN 'force' END);
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.enable(integer, boolean) IS
'Let an account work, from the commit on (null: the only account). Reconciles by level: products whose price or stock differs from what Cartona accepted last, orders whose state is ahead of what Cartona knows. Orders are taken from orders_since (now, unless set before). In a copied database it adopts the copy: only do that where the original is gone. force => true also releases a held push (cartona.status says what is held and why). Errors 55000 with a hint where the URL, the token, the attachment or the currency is not right, or the vendor''s add-on is installed.';

CREATE FUNCTION cartona.disable(account_id integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
BEGIN
	UPDATE cartona.account SET active = false WHERE id = a.id;
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.disable(integer) IS
'The emergency stop of an account (null: the only one): from the commit on no request is started (one already on its way is finished and recorded). Odoo makes and changes no more orders for it either; what waits for that goes on with enable(). What Odoo changes meanwhile is not kept: enable() compares and sends what differs.';

CREATE FUNCTION cartona.test_connection(account_id integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
BEGIN
	INSERT INTO cartona.outbox (kind, subject) VALUES ('check', a.id);
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.test_connection(integer) IS
'Ask the worker to call Cartona once with this account''s URL and token, also while the account is disabled; the answer is in cartona.status (last_check_result).';

CREATE FUNCTION cartona.pull_orders(account_id integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO cartona.outbox (kind, subject) VALUES ('pull', (SELECT id FROM cartona._account(account_id)));
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.pull_orders(integer) IS
'Ask the worker to pull new orders now (null: of the only account). Returns at once; cartona.status shows when it was done.';

CREATE FUNCTION cartona.sync_all_products(account_id integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO cartona.outbox (kind, subject) VALUES ('full', (SELECT id FROM cartona._account(account_id)));
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.sync_all_products(integer) IS
'Send price and stock of every product to Cartona, whatever it accepted before; the same happens by itself once a day at full_sync_at.';

CREATE FUNCTION cartona.sync_products_to_marketplace(product_template_ids integer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO cartona.outbox (kind, subject, status)
	SELECT DISTINCT 'template', t, 'force' FROM unnest(product_template_ids) t WHERE t IS NOT NULL;
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.sync_products_to_marketplace(integer[]) IS
'Send price and stock of these product templates (product_template.id), whatever Cartona accepted before. Ids that are not on sale at Cartona are ignored.';

CREATE FUNCTION cartona.sync_status_to_marketplace(sale_order_ids integer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	INSERT INTO cartona.outbox (kind, subject)
	SELECT DISTINCT 'order_level', o FROM unnest(sale_order_ids) o WHERE o IS NOT NULL;
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.sync_status_to_marketplace(integer[]) IS
'Compare the state of these sales orders (sale_order.id) with what Cartona knows and send it where it is ahead and delivered_by allows it.';
