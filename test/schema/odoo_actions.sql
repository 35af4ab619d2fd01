--
-- odoo_actions.sql: what a clerk does in Odoo 19, as SQL functions in the schema odoo_sim.
-- One function is one click: it writes the rows that Odoo's ORM writes, in Odoo's order and
-- as often (moves and pickings are updated two or three times, a quant twice), so that
-- triggers on these tables see what they would see under Odoo.
--
-- Neighbours: needs odoo.sql and data.sql. Tests, the demo and benchmarks call it; nothing
-- that is installed at a customer's may.
--
-- Odoo runs every click in one REPEATABLE READ transaction; a test that wants that opens it
-- itself. Where Odoo would refuse the click, the function raises an exception and writes
-- nothing.
--
-- Simpler than Odoo: one warehouse with one-step receipts and deliveries, no
-- lots, no unit conversion, no messages in the chatter, percent taxes only, no invoices.
--
--   create_order(partner, product, qty, price)  a draft with one line     -> order id
--   add_line(order, product, qty, price)        one more line             -> line id
--   confirm(order)      cancel(order)      reset_to_draft(order)      deliver(order)
--   deliver_part(order, share)                  the rest becomes a backorder -> picking id
--   cancel_rest(order)                          no backorder: what is open is cancelled
--   set_line(line, qty, price)                  a clerk edits a line; qty 0 is how a confirmed one goes
--   unlink(order)                               delete a draft or cancelled order
--   receive(product, qty)                       a validated receipt       -> picking id
--   adjust(product, counted)                    an inventory count
--   set_price(template, price)                  set_extra(attribute value, extra)
--   archive(template)   unarchive(template)     set_sale_ok(template, ok)
--   qty_available(product)   virtual_available(product)   lst_price(product)
--
BEGIN;

CREATE SCHEMA odoo_sim;
COMMENT ON SCHEMA odoo_sim IS 'Acts on the embedded Odoo tables as Odoo''s clerks do; for tests and the demo only';

-- Odoo stamps rows with naive UTC.
CREATE FUNCTION odoo_sim.utc_now() RETURNS timestamp
LANGUAGE sql VOLATILE
AS $$ SELECT clock_timestamp() AT TIME ZONE 'UTC' $$;

-- The next text of a "standard" number sequence without date range.
CREATE FUNCTION odoo_sim.next_by_id(p_sequence integer) RETURNS text
LANGUAGE sql VOLATILE
AS $$
	SELECT coalesce(s.prefix, '')
		|| CASE WHEN length(n.v) < s.padding THEN lpad(n.v, s.padding, '0') ELSE n.v END
		|| coalesce(s.suffix, '')
	FROM public.ir_sequence s,
		LATERAL (SELECT nextval('public.ir_sequence_'
			|| CASE WHEN s.id < 1000 THEN lpad(s.id::text, 3, '0') ELSE s.id::text END)::text AS v) n
	WHERE s.id = p_sequence
$$;

--
-- What Odoo's screens show.
--

-- The variant's list price: the template's, and the extras of its attribute values.
CREATE FUNCTION odoo_sim.lst_price(p_product integer) RETURNS numeric
LANGUAGE sql STABLE
AS $$
	SELECT pt.list_price + coalesce((
		SELECT sum(v.price_extra)
		FROM public.product_variant_combination c
		JOIN public.product_template_attribute_value v ON v.id = c.product_template_attribute_value_id
		WHERE c.product_product_id = pp.id), 0)
	FROM public.product_product pp
	JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
	WHERE pp.id = p_product
$$;

-- Odoo's stock measures of one product: the quants below the view locations of the
-- companies' active warehouses (or of one warehouse), and the open moves that cross this
-- border. Drafts do not count; services have no stock.
CREATE FUNCTION odoo_sim.stock(p_product integer, p_companies integer[] DEFAULT '{1}', p_warehouse integer DEFAULT NULL,
							   OUT qty_available numeric, OUT free_qty numeric,
							   OUT incoming_qty numeric, OUT outgoing_qty numeric, OUT virtual_available numeric)
LANGUAGE sql STABLE
AS $$
	WITH root AS (
		SELECT l.parent_path
		FROM public.stock_warehouse w
		JOIN public.stock_location l ON l.id = w.view_location_id
		WHERE CASE WHEN p_warehouse IS NULL THEN w.active AND w.company_id = ANY (p_companies)
				   ELSE w.id = p_warehouse END
	), loc AS (
		SELECT l.id
		FROM public.stock_location l
		WHERE EXISTS (SELECT FROM root r WHERE l.parent_path LIKE r.parent_path || '%')
	), unit AS (
		SELECT coalesce((SELECT digits FROM public.decimal_precision WHERE name = 'Product Unit'), 2) AS digits
	), quant AS (
		SELECT coalesce(sum(q.quantity), 0) AS quantity, coalesce(sum(q.reserved_quantity), 0) AS reserved
		FROM public.stock_quant q
		WHERE q.product_id = p_product
			AND q.location_id IN (SELECT id FROM loc)
			AND (q.company_id IS NULL OR q.company_id = ANY (p_companies))
	), move AS (
		SELECT coalesce(sum(m.product_qty) FILTER (WHERE m.goes_in AND NOT m.comes_out), 0) AS incoming,
			coalesce(sum(m.product_qty) FILTER (WHERE m.comes_out AND NOT m.goes_in), 0) AS outgoing
		FROM (
			SELECT product_qty,
				coalesce(location_final_id, location_dest_id) IN (SELECT id FROM loc) AS goes_in,
				location_id IN (SELECT id FROM loc) AS comes_out
			FROM public.stock_move
			WHERE product_id = p_product
				AND state IN ('waiting', 'confirmed', 'assigned', 'partially_available')
				AND company_id = ANY (p_companies)) m
	)
	SELECT k * round(quantity, digits),
		k * round(quantity - reserved, digits),
		k * round(incoming, digits),
		k * round(outgoing, digits),
		k * round(quantity + round(incoming, digits) - round(outgoing, digits), digits)
	FROM quant, move, unit,
		(SELECT (pt.type <> 'service')::integer AS k
		 FROM public.product_product pp
		 JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
		 WHERE pp.id = p_product) kind
$$;

CREATE FUNCTION odoo_sim.qty_available(p_product integer) RETURNS numeric
LANGUAGE sql STABLE
AS $$ SELECT qty_available FROM odoo_sim.stock(p_product) $$;

CREATE FUNCTION odoo_sim.virtual_available(p_product integer) RETURNS numeric
LANGUAGE sql STABLE
AS $$ SELECT virtual_available FROM odoo_sim.stock(p_product) $$;

--
-- Products.
--

-- Odoo writes the template, and then touches its variants.
CREATE FUNCTION odoo_sim.set_price(p_template integer, p_price numeric) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE public.product_template
	SET list_price = p_price, write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_template;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'product template % does not exist', p_template;
	END IF;
	UPDATE public.product_product
	SET write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE product_tmpl_id = p_template;
END
$$;

-- The extra that one attribute value of one template (a row of
-- product_template_attribute_value) adds to its variants' price.
CREATE FUNCTION odoo_sim.set_extra(p_value integer, p_extra numeric) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE public.product_template_attribute_value
	SET price_extra = p_extra, write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_value;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'template attribute value % does not exist', p_value;
	END IF;
END
$$;

CREATE FUNCTION odoo_sim.set_active(p_template integer, p_active boolean) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE public.product_template
	SET active = p_active, write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_template;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'product template % does not exist', p_template;
	END IF;
	UPDATE public.product_product
	SET active = p_active, write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE product_tmpl_id = p_template;
END
$$;

CREATE FUNCTION odoo_sim.archive(p_template integer) RETURNS void
LANGUAGE sql
AS $$ SELECT odoo_sim.set_active(p_template, false) $$;

CREATE FUNCTION odoo_sim.unarchive(p_template integer) RETURNS void
LANGUAGE sql
AS $$ SELECT odoo_sim.set_active(p_template, true) $$;

CREATE FUNCTION odoo_sim.set_sale_ok(p_template integer, p_ok boolean) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE public.product_template
	SET sale_ok = p_ok, write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_template;
	UPDATE public.product_product
	SET write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE product_tmpl_id = p_template;
END
$$;

--
-- Orders.
--

-- Odoo sums the lines' amounts into the order after each change of a line.
CREATE FUNCTION odoo_sim.sum_order(p_order integer) RETURNS void
LANGUAGE sql
AS $$
	UPDATE public.sale_order o
	SET amount_untaxed = l.subtotal, amount_tax = l.total - l.subtotal, amount_total = l.total,
		write_uid = 2, write_date = odoo_sim.utc_now()
	FROM (SELECT coalesce(sum(price_subtotal), 0) AS subtotal, coalesce(sum(price_total), 0) AS total
		  FROM public.sale_order_line
		  WHERE order_id = p_order AND display_type IS NULL) l
	WHERE o.id = p_order
$$;

-- Adds a line at the given price, or at the product's list price.
CREATE FUNCTION odoo_sim.add_line(p_order integer, p_product integer, p_qty numeric, p_price numeric DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_order		public.sale_order;
	v_tmpl		public.product_template;
	v_code		text;
	v_price		numeric;
	v_untaxed	numeric;
	v_total		numeric;
	v_excluded	numeric;
	v_included	numeric;
	v_line		integer;
BEGIN
	SELECT * INTO v_order FROM public.sale_order WHERE id = p_order;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'order % does not exist', p_order;
	END IF;
	SELECT pt.* INTO v_tmpl
	FROM public.product_product pp
	JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
	WHERE pp.id = p_product;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'product % does not exist', p_product;
	END IF;
	SELECT default_code INTO v_code FROM public.product_product WHERE id = p_product;

	v_price := coalesce(p_price, odoo_sim.lst_price(p_product));
	SELECT coalesce(sum(t.amount) FILTER (WHERE coalesce(t.price_include_override, c.account_price_include) <> 'tax_included'), 0),
		coalesce(sum(t.amount) FILTER (WHERE coalesce(t.price_include_override, c.account_price_include) = 'tax_included'), 0)
	INTO v_excluded, v_included
	FROM public.product_taxes_rel r
	JOIN public.account_tax t ON t.id = r.tax_id
	JOIN public.res_company c ON c.id = t.company_id
	WHERE r.prod_id = v_tmpl.id AND t.active AND t.type_tax_use = 'sale' AND t.company_id = v_order.company_id;
	v_untaxed := round(v_price * p_qty / (1 + v_included / 100), 2);
	v_total := v_untaxed + round(v_price * p_qty / (1 + v_included / 100) * (v_included + v_excluded) / 100, 2);

	-- As the ORM: technical_price_unit says that the price came from the list.
	INSERT INTO public.sale_order_line (order_id, company_id, currency_id, order_partner_id, salesman_id, state, sequence,
		product_id, product_uom_id, name, product_uom_qty, price_unit, technical_price_unit, discount, customer_lead,
		warehouse_id, qty_delivered_method, qty_delivered, qty_invoiced, qty_to_invoice, invoice_status,
		price_subtotal, price_total, price_tax, price_reduce_taxexcl, price_reduce_taxinc,
		untaxed_amount_invoiced, untaxed_amount_to_invoice, is_optional, collapse_prices, collapse_composition,
		create_uid, create_date, write_uid, write_date)
	VALUES (p_order, v_order.company_id, v_order.currency_id, v_order.partner_id, v_order.user_id, v_order.state, 10,
		p_product, v_tmpl.uom_id, coalesce('[' || v_code || '] ', '') || (v_tmpl.name ->> 'en_US'), p_qty, v_price, v_price, 0, 0,
		NULL, CASE v_tmpl.type WHEN 'service' THEN 'manual' ELSE 'stock_move' END, 0, 0, 0, 'no',
		v_untaxed, v_total, v_total - v_untaxed,
		CASE WHEN p_qty = 0 THEN 0 ELSE round(v_untaxed / p_qty, 2) END,
		CASE WHEN p_qty = 0 THEN 0 ELSE round(v_total / p_qty, 2) END,
		0, 0, false, false, false,
		2, odoo_sim.utc_now(), 2, odoo_sim.utc_now())
	RETURNING id INTO v_line;
	INSERT INTO public.account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id)
	SELECT v_line, t.id
	FROM public.product_taxes_rel r
	JOIN public.account_tax t ON t.id = r.tax_id
	WHERE r.prod_id = v_tmpl.id AND t.active AND t.type_tax_use = 'sale' AND t.company_id = v_order.company_id;

	UPDATE public.sale_order_line SET warehouse_id = v_order.warehouse_id WHERE id = v_line;
	PERFORM odoo_sim.sum_order(p_order);
	RETURN v_line;
END
$$;

CREATE FUNCTION odoo_sim.create_order(p_partner integer, p_product integer, p_qty numeric, p_price numeric DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_sequence	integer;
	v_order		integer;
BEGIN
	SELECT id INTO v_sequence
	FROM public.ir_sequence
	WHERE code = 'sale.order' AND active AND (company_id = 1 OR company_id IS NULL)
	ORDER BY company_id NULLS LAST, id
	LIMIT 1;
	INSERT INTO public.sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, currency_id, currency_rate,
		user_id, team_id, warehouse_id, picking_policy, state, locked, date_order, validity_date, invoice_status,
		require_signature, require_payment, prepayment_percent, create_uid, create_date, write_uid, write_date)
	SELECT odoo_sim.next_by_id(v_sequence), c.id, p_partner, p_partner, p_partner, c.currency_id, 1,
		2, 1, 1, 'direct', 'draft', false, date_trunc('second', odoo_sim.utc_now()),
		(odoo_sim.utc_now() + make_interval(days => c.quotation_validity_days))::date, 'no',
		c.portal_confirmation_sign, c.portal_confirmation_pay, c.prepayment_percent, 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now()
	FROM public.res_company c
	WHERE c.id = 1
	RETURNING id INTO v_order;
	PERFORM odoo_sim.add_line(v_order, p_product, p_qty, p_price);
	RETURN v_order;
END
$$;

-- Takes what is free for a move into reservation: on the quants, and as a move line.
CREATE FUNCTION odoo_sim.reserve(p_move integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	m		public.stock_move;
	v_kept	boolean;
	v_qty	numeric;
BEGIN
	SELECT * INTO m FROM public.stock_move WHERE id = p_move;
	SELECT pt.is_storable INTO v_kept
	FROM public.product_product pp
	JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
	WHERE pp.id = m.product_id;

	IF v_kept THEN
		SELECT least(m.product_qty, greatest(coalesce(sum(quantity - reserved_quantity), 0), 0)) INTO v_qty
		FROM public.stock_quant
		WHERE product_id = m.product_id AND location_id = m.location_id;
		UPDATE public.stock_quant
		SET reserved_quantity = reserved_quantity + v_qty, write_uid = 2, write_date = odoo_sim.utc_now()
		WHERE v_qty > 0 AND id = (SELECT min(id) FROM public.stock_quant
								  WHERE product_id = m.product_id AND location_id = m.location_id);
	ELSE
		v_qty := m.product_qty;	/* Odoo keeps no stock of it, so there is always enough */
	END IF;
	IF v_qty > 0 THEN
		INSERT INTO public.stock_move_line (move_id, picking_id, company_id, product_id, product_uom_id, location_id, location_dest_id,
			quantity, quantity_product_uom, picked, state, date, create_uid, create_date, write_uid, write_date)
		VALUES (m.id, m.picking_id, m.company_id, m.product_id, m.product_uom, m.location_id, m.location_dest_id,
			v_qty, v_qty, false, 'assigned', odoo_sim.utc_now(), 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now());
	END IF;
	UPDATE public.stock_move
	SET quantity = v_qty,
		state = CASE WHEN v_qty >= m.product_qty THEN 'assigned' WHEN v_qty > 0 THEN 'partially_available' ELSE 'confirmed' END,
		write_date = odoo_sim.utc_now()
	WHERE id = p_move;
END
$$;

-- Gives the reservation of a move back.
CREATE FUNCTION odoo_sim.unreserve(p_move integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	m		public.stock_move;
BEGIN
	SELECT * INTO m FROM public.stock_move WHERE id = p_move;
	UPDATE public.stock_quant q
	SET reserved_quantity = q.reserved_quantity - m.quantity, write_uid = 2, write_date = odoo_sim.utc_now()
	FROM public.product_product pp
	JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
	WHERE pp.id = m.product_id AND pt.is_storable AND m.quantity > 0
		AND q.id = (SELECT min(id) FROM public.stock_quant
					WHERE product_id = m.product_id AND location_id = m.location_id);
	DELETE FROM public.stock_move_line WHERE move_id = p_move;
END
$$;

-- Moves a quantity between two locations' quants, making the quant that is missing. Only
-- storable products have quants.
CREATE FUNCTION odoo_sim.shift_quant(p_product integer, p_from integer, p_to integer, p_qty numeric) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	side	record;
BEGIN
	IF NOT (SELECT coalesce(pt.is_storable, false)
			FROM public.product_product pp
			JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
			WHERE pp.id = p_product) THEN
		RETURN;
	END IF;
	FOR side IN SELECT * FROM (VALUES (1, p_from, -p_qty), (2, p_to, p_qty)) AS s (pos, location_id, qty) ORDER BY pos LOOP
		UPDATE public.stock_quant
		SET quantity = quantity + side.qty, write_uid = 2, write_date = odoo_sim.utc_now()
		WHERE id = (SELECT min(id) FROM public.stock_quant WHERE product_id = p_product AND location_id = side.location_id);
		IF NOT FOUND THEN
			INSERT INTO public.stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date,
				inventory_quantity_set, create_uid, create_date, write_uid, write_date)
			SELECT p_product, l.id, l.company_id, side.qty, 0, odoo_sim.utc_now(),
				false, 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now()
			FROM public.stock_location l
			WHERE l.id = side.location_id;
		END IF;
	END LOOP;
END
$$;

-- Confirming: moves and a picking, their states, then the lines', then the order's, whose
-- date becomes the confirmation's.
CREATE FUNCTION odoo_sim.confirm(p_order integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	o			public.sale_order;
	v_type		public.stock_picking_type;
	v_picking	integer;
	v_name		text;
	v_reference	integer;
	v_move		integer;
BEGIN
	SELECT * INTO o FROM public.sale_order WHERE id = p_order;
	IF NOT FOUND OR o.state NOT IN ('draft', 'sent') THEN
		RAISE EXCEPTION 'order % is not in a state requiring confirmation', p_order;
	END IF;

	IF EXISTS (SELECT FROM public.sale_order_line WHERE order_id = p_order AND qty_delivered_method = 'stock_move') THEN
		SELECT pt.* INTO v_type
		FROM public.stock_warehouse w
		JOIN public.stock_picking_type pt ON pt.id = w.out_type_id
		WHERE w.id = o.warehouse_id;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'order % has no warehouse', p_order;
		END IF;

		INSERT INTO public.stock_reference (name, create_uid, create_date, write_uid, write_date)
		VALUES (o.name, 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now())
		RETURNING id INTO v_reference;
		INSERT INTO public.stock_reference_sale_rel (sale_id, reference_id) VALUES (p_order, v_reference);

		INSERT INTO public.stock_move (company_id, product_id, product_uom, product_uom_qty, product_qty, quantity, picked,
			location_id, location_dest_id, location_final_id, picking_type_id, warehouse_id, partner_id, sale_line_id,
			origin, procure_method, state, priority, sequence, date, date_deadline, additional, propagate_cancel, to_refund,
			packaging_uom_id, packaging_uom_qty, create_uid, create_date, write_uid, write_date)
		SELECT o.company_id, l.product_id, l.product_uom_id, l.product_uom_qty, NULL, 0, false,
			v_type.default_location_src_id, v_type.default_location_dest_id, v_type.default_location_dest_id,
			v_type.id, o.warehouse_id, o.partner_shipping_id, l.id,
			o.name, 'make_to_stock', 'draft', '0', 10, odoo_sim.utc_now(), odoo_sim.utc_now(), false, false, true,
			l.product_uom_id, l.product_uom_qty, 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now()
		FROM public.sale_order_line l
		WHERE l.order_id = p_order AND l.qty_delivered_method = 'stock_move' AND l.product_uom_qty > 0
		ORDER BY l.sequence, l.id;

		v_name := odoo_sim.next_by_id(v_type.sequence_id);
		INSERT INTO public.stock_picking (name, origin, state, move_type, priority, picking_type_id, company_id, partner_id, sale_id,
			location_id, location_dest_id, is_locked, scheduled_date, date_deadline, has_deadline_issue, shipping_weight,
			create_uid, create_date, write_uid, write_date)
		VALUES (v_name, o.name, 'draft', 'direct', '0', v_type.id, o.company_id, o.partner_shipping_id, p_order,
			v_type.default_location_src_id, v_type.default_location_dest_id, true, odoo_sim.utc_now(), odoo_sim.utc_now(), false, 0,
			2, odoo_sim.utc_now(), 2, odoo_sim.utc_now())
		RETURNING id INTO v_picking;

		UPDATE public.stock_move m
		SET picking_id = v_picking, reference = v_name, product_qty = m.product_uom_qty,
			state = 'confirmed', reservation_date = odoo_sim.utc_now()::date, write_date = odoo_sim.utc_now()
		FROM public.sale_order_line l
		WHERE l.id = m.sale_line_id AND l.order_id = p_order AND m.state = 'draft';
		INSERT INTO public.stock_reference_move_rel (move_id, reference_id)
		SELECT id, v_reference FROM public.stock_move WHERE picking_id = v_picking;
		UPDATE public.stock_picking SET state = 'confirmed', write_date = odoo_sim.utc_now() WHERE id = v_picking;

		FOR v_move IN SELECT id FROM public.stock_move WHERE picking_id = v_picking ORDER BY id LOOP
			PERFORM odoo_sim.reserve(v_move);
		END LOOP;
		UPDATE public.stock_picking
		SET state = CASE WHEN EXISTS (SELECT FROM public.stock_move
									  WHERE picking_id = v_picking AND state IN ('assigned', 'partially_available'))
						 THEN 'assigned' ELSE 'confirmed' END,
			write_date = odoo_sim.utc_now()
		WHERE id = v_picking;
	END IF;

	UPDATE public.sale_order_line
	SET state = 'sale', qty_to_invoice = product_uom_qty, invoice_status = 'to invoice',
		untaxed_amount_to_invoice = price_subtotal, write_date = odoo_sim.utc_now()
	WHERE order_id = p_order AND display_type IS NULL;
	UPDATE public.sale_order
	SET state = 'sale', date_order = date_trunc('second', odoo_sim.utc_now()), invoice_status = 'to invoice',
		write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_order;
	UPDATE public.sale_order SET delivery_status = 'pending' WHERE id = p_order AND v_picking IS NOT NULL;
END
$$;

-- Cancelling: first what is not yet delivered, then the order, then its lines.
CREATE FUNCTION odoo_sim.cancel(p_order integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_move	integer;
BEGIN
	PERFORM FROM public.sale_order WHERE id = p_order AND state IN ('draft', 'sent', 'sale') AND locked IS NOT TRUE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'order % cannot be cancelled', p_order;
	END IF;
	FOR v_move IN
		SELECT m.id
		FROM public.stock_move m
		JOIN public.stock_picking p ON p.id = m.picking_id
		WHERE p.sale_id = p_order AND m.state NOT IN ('done', 'cancel')
		ORDER BY m.id
	LOOP
		PERFORM odoo_sim.unreserve(v_move);
		UPDATE public.stock_move
		SET state = 'cancel', quantity = 0, procure_method = 'make_to_stock', write_uid = 2, write_date = odoo_sim.utc_now()
		WHERE id = v_move;
	END LOOP;
	UPDATE public.stock_picking
	SET state = 'cancel', write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE sale_id = p_order AND state <> 'done';
	UPDATE public.sale_order
	SET state = 'cancel', invoice_status = 'no', write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_order;
	UPDATE public.sale_order_line
	SET state = 'cancel', qty_to_invoice = 0, invoice_status = 'no', untaxed_amount_to_invoice = 0, write_date = odoo_sim.utc_now()
	WHERE order_id = p_order;
END
$$;

CREATE FUNCTION odoo_sim.reset_to_draft(p_order integer) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	UPDATE public.sale_order
	SET state = 'draft', write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_order AND state IN ('cancel', 'sent');
	IF NOT FOUND THEN
		RAISE EXCEPTION 'order % cannot be set back to a quotation', p_order;
	END IF;
	UPDATE public.sale_order_line SET state = 'draft', write_date = odoo_sim.utc_now() WHERE order_id = p_order;
END
$$;

-- Deleting: Odoo deletes the order, and PostgreSQL its lines by their foreign key.
CREATE FUNCTION odoo_sim.unlink(p_order integer) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	DELETE FROM public.sale_order WHERE id = p_order AND state IN ('draft', 'cancel');
	IF NOT FOUND THEN
		RAISE EXCEPTION 'order % can only be deleted as a quotation or cancelled', p_order;
	END IF;
END
$$;

-- Validating a picking: the quants on both sides, then the move lines, the moves, the picking.
CREATE FUNCTION odoo_sim.validate(p_picking integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	m	public.stock_move;
BEGIN
	PERFORM FROM public.stock_picking WHERE id = p_picking AND state NOT IN ('done', 'cancel');
	IF NOT FOUND THEN
		RAISE EXCEPTION 'picking % cannot be validated', p_picking;
	END IF;
	FOR m IN SELECT * FROM public.stock_move WHERE picking_id = p_picking AND state NOT IN ('done', 'cancel') ORDER BY id LOOP
		-- Odoo 19 writes the source quant twice: the reservation goes, then the quantity.
		PERFORM odoo_sim.unreserve(m.id);
		PERFORM odoo_sim.shift_quant(m.product_id, m.location_id, m.location_dest_id, m.product_qty);
		INSERT INTO public.stock_move_line (move_id, picking_id, company_id, product_id, product_uom_id, location_id, location_dest_id,
			quantity, quantity_product_uom, picked, state, date, create_uid, create_date, write_uid, write_date)
		VALUES (m.id, m.picking_id, m.company_id, m.product_id, m.product_uom, m.location_id, m.location_dest_id,
			m.product_uom_qty, m.product_qty, true, 'done', odoo_sim.utc_now(), 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now());
		UPDATE public.stock_move
		SET state = 'done', picked = true, quantity = product_uom_qty, date = odoo_sim.utc_now(),
			write_uid = 2, write_date = odoo_sim.utc_now()
		WHERE id = m.id;
	END LOOP;
	UPDATE public.stock_picking
	SET state = 'done', date_done = odoo_sim.utc_now(), write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_picking;
END
$$;

-- Delivers everything that an order still has open.
CREATE FUNCTION odoo_sim.deliver(p_order integer) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_picking	integer;
	v_count		integer := 0;
BEGIN
	FOR v_picking IN
		SELECT id FROM public.stock_picking WHERE sale_id = p_order AND state NOT IN ('done', 'cancel') ORDER BY id
	LOOP
		PERFORM odoo_sim.validate(v_picking);
		v_count := v_count + 1;
	END LOOP;
	IF v_count = 0 THEN
		RAISE EXCEPTION 'order % has nothing to deliver', p_order;
	END IF;
	UPDATE public.sale_order_line
	SET qty_delivered = product_uom_qty, write_date = odoo_sim.utc_now()
	WHERE order_id = p_order AND qty_delivered_method = 'stock_move';
	UPDATE public.sale_order
	SET effective_date = odoo_sim.utc_now(), delivery_status = 'full', write_date = odoo_sim.utc_now()
	WHERE id = p_order;
END
$$;

-- What an order's lines have delivered, from their moves.
CREATE FUNCTION odoo_sim.sum_delivered(p_order integer) RETURNS void
LANGUAGE sql
AS $$
	UPDATE public.sale_order_line l
	SET qty_delivered = coalesce((SELECT sum(m.product_uom_qty) FROM public.stock_move m
		JOIN public.stock_location d ON d.id = m.location_dest_id AND d.usage = 'customer'
		WHERE m.sale_line_id = l.id AND m.state = 'done'), 0), write_date = odoo_sim.utc_now()
	WHERE l.order_id = p_order AND l.qty_delivered_method = 'stock_move'
$$;

-- Delivers a share of every line, in whole pieces, and makes a backorder of the rest.
CREATE FUNCTION odoo_sim.deliver_part(p_order integer, p_share numeric) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_picking	public.stock_picking;
	v_backorder	integer;
	v_move		integer;
	v_part		numeric;
	m			public.stock_move;
BEGIN
	SELECT * INTO STRICT v_picking FROM public.stock_picking WHERE sale_id = p_order AND state NOT IN ('done', 'cancel');
	v_backorder := nextval('public.stock_picking_id_seq');
	INSERT INTO public.stock_picking
	SELECT (jsonb_populate_record(v_picking, jsonb_build_object('id', v_backorder, 'state', 'draft', 'backorder_id', v_picking.id,
		'name', v_picking.name || '-B' || v_backorder))).*;
	FOR m IN SELECT * FROM public.stock_move WHERE picking_id = v_picking.id AND state NOT IN ('done', 'cancel') ORDER BY id LOOP
		v_part := floor(m.product_uom_qty * p_share);
		PERFORM odoo_sim.unreserve(m.id);
		v_move := nextval('public.stock_move_id_seq');
		INSERT INTO public.stock_move
		SELECT (jsonb_populate_record(m, jsonb_build_object('id', v_move, 'picking_id', v_backorder, 'state', 'confirmed', 'quantity', 0,
			'product_uom_qty', m.product_uom_qty - v_part, 'product_qty', m.product_qty - v_part))).*
		WHERE m.product_uom_qty > v_part;
		UPDATE public.stock_move
		SET product_uom_qty = v_part, product_qty = v_part, quantity = 0,
			state = CASE WHEN v_part = 0 THEN 'cancel' ELSE state END, write_date = odoo_sim.utc_now()
		WHERE id = m.id;
	END LOOP;
	UPDATE public.stock_picking SET state = 'assigned', write_date = odoo_sim.utc_now() WHERE id = v_backorder;
	UPDATE public.stock_move SET state = 'assigned', write_date = odoo_sim.utc_now() WHERE picking_id = v_backorder;
	PERFORM odoo_sim.validate(v_picking.id);
	PERFORM odoo_sim.sum_delivered(p_order);
	RETURN v_backorder;
END
$$;

-- Cancels every transfer of an order that is still open; the order stays confirmed.
CREATE FUNCTION odoo_sim.cancel_rest(p_order integer) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	PERFORM odoo_sim.unreserve(m.id)
	FROM public.stock_move m JOIN public.stock_picking p ON p.id = m.picking_id
	WHERE p.sale_id = p_order AND m.state NOT IN ('done', 'cancel');
	UPDATE public.stock_move m SET state = 'cancel', quantity = 0, write_date = odoo_sim.utc_now()
	FROM public.stock_picking p
	WHERE p.id = m.picking_id AND p.sale_id = p_order AND m.state NOT IN ('done', 'cancel');
	UPDATE public.stock_picking SET state = 'cancel', write_date = odoo_sim.utc_now()
	WHERE sale_id = p_order AND state NOT IN ('done', 'cancel');
END
$$;

-- A clerk edits a line; null leaves quantity or price as it is.  Of a confirmed order Odoo
-- raises what is to be delivered, and leaves it where the quantity falls.
CREATE FUNCTION odoo_sim.set_line(p_line integer, p_qty numeric, p_price numeric DEFAULT NULL) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	l	public.sale_order_line;
BEGIN
	UPDATE public.sale_order_line
	SET product_uom_qty = coalesce(p_qty, product_uom_qty), price_unit = coalesce(p_price, price_unit),
		price_subtotal = round(coalesce(p_qty, product_uom_qty) * coalesce(p_price, price_unit), 2),
		price_total = round(coalesce(p_qty, product_uom_qty) * coalesce(p_price, price_unit), 2), price_tax = 0,
		write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = p_line RETURNING * INTO STRICT l;
	UPDATE public.stock_move SET product_uom_qty = p_qty, product_qty = p_qty, write_date = odoo_sim.utc_now()
	WHERE sale_line_id = p_line AND state NOT IN ('done', 'cancel') AND p_qty > product_uom_qty;
	PERFORM odoo_sim.sum_order(l.order_id);
END
$$;

--
-- Goods in, goods counted.
--

CREATE FUNCTION odoo_sim.receive(p_product integer, p_qty numeric) RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	v_type		public.stock_picking_type;
	v_picking	integer;
	v_name		text;
	v_uom		integer;
BEGIN
	SELECT pt.uom_id INTO v_uom
	FROM public.product_product pp
	JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
	WHERE pp.id = p_product;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'product % does not exist', p_product;
	END IF;
	SELECT t.* INTO STRICT v_type
	FROM public.stock_warehouse w
	JOIN public.stock_picking_type t ON t.id = w.in_type_id
	WHERE w.id = 1;
	v_name := odoo_sim.next_by_id(v_type.sequence_id);

	INSERT INTO public.stock_picking (name, state, move_type, priority, picking_type_id, company_id, location_id, location_dest_id,
		is_locked, scheduled_date, create_uid, create_date, write_uid, write_date)
	VALUES (v_name, 'draft', 'direct', '0', v_type.id, v_type.company_id, v_type.default_location_src_id, v_type.default_location_dest_id,
		true, odoo_sim.utc_now(), 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now())
	RETURNING id INTO v_picking;
	INSERT INTO public.stock_move (company_id, product_id, product_uom, product_uom_qty, product_qty, quantity, picked,
		location_id, location_dest_id, location_final_id, picking_id, picking_type_id, reference, procure_method, state,
		priority, sequence, date, create_uid, create_date, write_uid, write_date)
	VALUES (v_type.company_id, p_product, v_uom, p_qty, p_qty, 0, false,
		v_type.default_location_src_id, v_type.default_location_dest_id, v_type.default_location_dest_id, v_picking, v_type.id, v_name, 'make_to_stock', 'draft',
		'0', 10, odoo_sim.utc_now(), 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now());
	UPDATE public.stock_move SET state = 'assigned', write_date = odoo_sim.utc_now() WHERE picking_id = v_picking;
	UPDATE public.stock_picking SET state = 'assigned', write_date = odoo_sim.utc_now() WHERE id = v_picking;
	PERFORM odoo_sim.validate(v_picking);
	RETURN v_picking;
END
$$;

-- An inventory count: the quant learns what was counted, and a move from or to the
-- adjustment location makes up the difference.
CREATE FUNCTION odoo_sim.adjust(p_product integer, p_counted numeric) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	v_stock		integer;
	v_loss		integer;
	v_quant		integer;
	v_diff		numeric;
	v_from		integer;
	v_to		integer;
	v_uom		integer;
	v_move		integer;
BEGIN
	SELECT lot_stock_id INTO STRICT v_stock FROM public.stock_warehouse WHERE id = 1;
	SELECT min(id) INTO STRICT v_loss FROM public.stock_location WHERE usage = 'inventory';
	SELECT pt.uom_id INTO v_uom
	FROM public.product_product pp
	JOIN public.product_template pt ON pt.id = pp.product_tmpl_id
	WHERE pp.id = p_product AND pt.is_storable;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'product % is not storable', p_product;
	END IF;

	SELECT min(id) INTO v_quant FROM public.stock_quant WHERE product_id = p_product AND location_id = v_stock;
	IF v_quant IS NULL THEN
		INSERT INTO public.stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date,
			inventory_quantity_set, create_uid, create_date, write_uid, write_date)
		VALUES (p_product, v_stock, 1, 0, 0, odoo_sim.utc_now(), false, 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now())
		RETURNING id INTO v_quant;
	END IF;
	UPDATE public.stock_quant
	SET inventory_quantity = p_counted, inventory_diff_quantity = p_counted - quantity, inventory_quantity_set = true,
		user_id = 2, write_uid = 2, write_date = odoo_sim.utc_now()
	WHERE id = v_quant
	RETURNING inventory_diff_quantity INTO v_diff;

	IF v_diff <> 0 THEN
		v_from := CASE WHEN v_diff > 0 THEN v_loss ELSE v_stock END;
		v_to := CASE WHEN v_diff > 0 THEN v_stock ELSE v_loss END;
		INSERT INTO public.stock_move (company_id, product_id, product_uom, product_uom_qty, product_qty, quantity, picked, is_inventory,
			location_id, location_dest_id, reference, inventory_name, procure_method, state, priority, sequence, date,
			create_uid, create_date, write_uid, write_date)
		VALUES (1, p_product, v_uom, abs(v_diff), abs(v_diff), abs(v_diff), true, true,
			v_from, v_to, 'Product Quantity Updated', 'Product Quantity Updated', 'make_to_stock', 'confirmed', '0', 10, odoo_sim.utc_now(),
			2, odoo_sim.utc_now(), 2, odoo_sim.utc_now())
		RETURNING id INTO v_move;
		INSERT INTO public.stock_move_line (move_id, company_id, product_id, product_uom_id, location_id, location_dest_id,
			quantity, quantity_product_uom, picked, state, date, create_uid, create_date, write_uid, write_date)
		VALUES (v_move, 1, p_product, v_uom, v_from, v_to,
			abs(v_diff), abs(v_diff), true, 'confirmed', odoo_sim.utc_now(), 2, odoo_sim.utc_now(), 2, odoo_sim.utc_now());
		PERFORM odoo_sim.shift_quant(p_product, v_from, v_to, abs(v_diff));
		UPDATE public.stock_move_line SET state = 'done', date = odoo_sim.utc_now() WHERE move_id = v_move;
		UPDATE public.stock_move SET state = 'done', date = odoo_sim.utc_now(), write_date = odoo_sim.utc_now() WHERE id = v_move;
	END IF;
	UPDATE public.stock_quant
	SET inventory_quantity = 0, inventory_diff_quantity = 0, inventory_quantity_set = false, user_id = NULL,
		write_date = odoo_sim.utc_now()
	WHERE id = v_quant;
END
$$;

COMMIT;
