--
-- twins.sql: is a draft that was edited what a draft made new from the edited
-- payload would be?
--
-- Neighbours: needs a schema of this folder with its data; sql/changes.sql
-- calls twins() on both.
--
CREATE EXTENSION cartona_integration;
SELECT cartona.attach();
\i test/schema/take.sql

INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'sp-carton', 102, 12);

-- The order with its lines and their taxes, without what every row has of its own.
CREATE FUNCTION rows_of(hashed text) RETURNS TABLE (part text, col text, value text) LANGUAGE sql AS $$
SELECT 'order', k.key, k.value FROM sale_order o, jsonb_each_text(to_jsonb(o)) k
WHERE o.cartona_id = hashed AND k.key NOT IN ('id', 'name', 'cartona_id', 'client_order_ref', 'create_date', 'write_date', 'date_order', 'access_token')
UNION ALL
SELECT 'line ' || l.cartona_line_id, k.key, k.value FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id, jsonb_each_text(to_jsonb(l)) k
WHERE o.cartona_id = hashed AND k.key NOT IN ('id', 'order_id', 'create_date', 'write_date')
UNION ALL
SELECT 'line ' || l.cartona_line_id, 'taxes', array_agg(r.account_tax_id ORDER BY r.account_tax_id)::text
FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id JOIN account_tax_sale_order_line_rel r ON r.sale_order_line_id = l.id
WHERE o.cartona_id = hashed GROUP BY 1
$$;

-- Each kind of edit under each way of computing taxes: nothing is listed where the twins are equal.
CREATE FUNCTION twins() RETURNS TABLE (twin text, orders bigint, lines bigint, different text) LANGUAGE plpgsql AS $$
DECLARE
	base jsonb := '{"status": "pending", "note_message": "before", "estimated_delivery_day": "2026-03-04",
		"retailer": {"retailer_code": "R9", "retailer_name": "Plain Shop"},
		"order_details": [{"id": 1, "internal_product_id": "101", "amount": 3, "selling_price": 33.33},
			{"id": 2, "supplier_product_id": "sp-carton", "amount": 1, "selling_price": 455.5},
			{"id": 3, "internal_product_id": "103", "amount": 7, "selling_price": 9.99},
			{"id": 4, "internal_product_id": "106", "amount": 1, "selling_price": 30},
			{"id": 5, "internal_product_id": "101", "amount": 1, "selling_price": 31, "comment": "an offer"}]}';
	edited jsonb;
	label text;
	inclusive boolean;
	globally boolean;
	id text;
BEGIN
	FOR inclusive, globally IN SELECT i, g FROM unnest(ARRAY[false, true]) i, unnest(ARRAY[false, true]) g LOOP
		UPDATE cartona.account SET price_includes_tax = inclusive;
		UPDATE res_company SET tax_calculation_rounding_method = CASE WHEN globally THEN 'round_globally' ELSE 'round_per_line' END;
		FOR label, edited IN SELECT * FROM (VALUES
			('amount', jsonb_set(base, '{order_details,0,amount}', '4')),
			('price', jsonb_set(base, '{order_details,2,selling_price}', '"10.07"')),
			('product', jsonb_set(base, '{order_details,0,internal_product_id}', '"103"')),
			('to a service', jsonb_set(base, '{order_details,2,internal_product_id}', '"106"')),
			('carton', jsonb_set(base, '{order_details,1,amount}', '3')),
			('carton to piece', jsonb_set(base, '{order_details,1}', '{"id": 2, "internal_product_id": "102", "amount": 5, "selling_price": 38.01}')),
			('comment', jsonb_set(base, '{order_details,4,comment}', '"another"')),
			('removed', base #- '{order_details,3}'),
			('cancelled', jsonb_set(base, '{order_details,3,cancelled}', 'true')),
			('added', jsonb_set(base, '{order_details}', base -> 'order_details' || '[{"id": 6, "internal_product_id": "105", "amount": 2, "selling_price": 27.77}]')),
			('note and day', base || '{"note_message": "after", "estimated_delivery_day": "2026-03-05"}'),
			('no note', base - 'note_message' - 'estimated_delivery_day'),
			('everything', base || '{"note_message": "<b>after</b>", "order_details": [{"id": 5, "internal_product_id": "104", "amount": 9, "selling_price": 14.44},
				{"id": 1, "internal_product_id": "101", "amount": 2, "selling_price": 33.34}, {"id": 7, "supplier_product_id": "sp-carton", "amount": 2, "selling_price": 455.55}]}')
		) AS e (l, p) LOOP
			id := format('%s%s%s', label, CASE WHEN inclusive THEN ', taxes inside' END, CASE WHEN globally THEN ', rounded globally' END);
			PERFORM cartona.create_or_update_order(base || jsonb_build_object('hashed_id', id));
			PERFORM cartona.create_or_update_order(edited || jsonb_build_object('hashed_id', id));
			PERFORM cartona.create_or_update_order(edited || jsonb_build_object('hashed_id', id || ', new'));
			RETURN QUERY
			SELECT id, NULL::bigint, NULL::bigint, format('%s %s: %s instead of %s', part, col, coalesce(e.value, 'null'), coalesce(n.value, 'null'))
			FROM rows_of(id) e FULL JOIN rows_of(id || ', new') n USING (part, col)
			WHERE e.value IS DISTINCT FROM n.value;
		END LOOP;
	END LOOP;
	RETURN QUERY SELECT 'compared', count(*) / 2, (SELECT count(*) / 2 FROM sale_order_line), string_agg(DISTINCT problem, '; ') FROM sale_order LEFT JOIN cartona.order_sync s ON s.order_id = sale_order.id;
	UPDATE cartona.account SET price_includes_tax = false;
	UPDATE res_company SET tax_calculation_rounding_method = 'round_per_line';
END
$$;
