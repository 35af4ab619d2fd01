/*-------------------------------------------------------------------------
 *
 * tax.c
 *	  What taxes make of a price: to the last digit as Odoo computes it.
 *
 * There are two ways, one until Odoo 17 and one since Odoo 18; test/taxes
 * compares both with what Odoo itself computed.
 *
 * Neighbours: tax_until_17.c and tax_since_18.c are the ways; shop.c loads the
 * taxes; order.c computes an order's lines.
 * Transactions: none.  Memory: the caller's context.
 * Failure: a group that contains itself throws.  A tax in Python code counts as
 * 0 and marks the line: Odoo has to compute it.
 *
 * IDENTIFICATION
 *	  src/odoo/tax.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "odoo/money.h"
#include "odoo/tax.h"
#include "odoo/tax_ways.h"

static int
by_sequence(const ListCell *a, const ListCell *b)
{
	const CartonaTax *x = lfirst(a);
	const CartonaTax *y = lfirst(b);

	if (x->sequence != y->sequence)
		return x->sequence < y->sequence ? -1 : 1;
	return x->id < y->id ? -1 : (x->id > y->id ? 1 : 0);
}

/*
 * In the order of computing, each group replaced by its children; "left" where
 * one in Python code was left out.
 */
static List *
flatten(List *taxes, int depth, bool *left)
{
	List	   *sorted = list_copy(taxes);
	List	   *flat = NIL;
	ListCell   *cell;

	if (depth > 8)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a group of taxes contains itself")));
	list_sort(sorted, by_sequence);
	foreach(cell, sorted)
	{
		CartonaTax *tax = lfirst(cell);

		if (tax->kind == CARTONA_TAX_GROUP)
			flat = list_concat_unique_ptr(flat, flatten(tax->children, depth + 1, left));
		else if (tax->kind == CARTONA_TAX_OTHER)
			*left = true;
		else
			flat = list_append_unique_ptr(flat, tax);
	}
	return flat;
}

static void
compute(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact)
{
	line->left = false;
	line->flat = flatten(line->taxes, 0, &line->left);
	line->tax_amounts = palloc0((list_length(line->flat) + 1) * sizeof(Numeric));
	if (method->rules >= CARTONA_TAXES_18)
		cartona_tax_since_18(method, line, exact);
	else
		cartona_tax_until_17(method, line, exact);
}

static Numeric
sum_taxes(const CartonaTaxLine *line, Numeric step)
{
	Numeric		sum = money_int(0);
	int			i;

	for (i = 0; i < list_length(line->flat); i++)
		sum = money_add(sum, step ? money_round(line->tax_amounts[i], step) : line->tax_amounts[i]);
	return sum;
}

void
cartona_tax_line(const CartonaTaxMethod *method, CartonaTaxLine *line)
{
	compute(method, line, false);

	line->subtotal = money_round(line->base, method->step);
	switch (method->rules)
	{
		case CARTONA_TAXES_14:
		case CARTONA_TAXES_15:
			line->tax = sum_taxes(line, NULL);
			line->total = money_round(line->total, method->step);
			break;
		case CARTONA_TAXES_17:
			line->tax = sum_taxes(line, method->step);
			line->total = money_add(line->subtotal, line->tax);
			break;
		case CARTONA_TAXES_18:
			line->total = money_round(line->total, method->step);
			line->tax = money_sub(line->total, line->subtotal);
			break;
		case CARTONA_TAXES_19:
			line->tax = sum_taxes(line, method->step);
			line->total = money_add(line->subtotal, line->tax);
			break;
	}
}

/* The sum over taxes of each tax's rounded sum over the lines. */
static Numeric
sum_by_tax(const CartonaTaxMethod *method, CartonaTaxLine *lines, int nlines)
{
	List	   *seen = NIL;
	Numeric		total = money_int(0);
	ListCell   *cell;
	int			i;

	for (i = 0; i < nlines; i++)
		seen = list_concat_unique_ptr(seen, lines[i].flat);
	foreach(cell, seen)
	{
		CartonaTax *tax = lfirst(cell);
		Numeric		sum = money_int(0);

		for (i = 0; i < nlines; i++)
		{
			int			k;

			for (k = 0; k < list_length(lines[i].flat); k++)
				if (list_nth(lines[i].flat, k) == (void *) tax)
					sum = money_add(sum, lines[i].tax_amounts[k]);
		}
		total = money_add(total, money_round(sum, method->step));
	}
	return total;
}

static bool
has_excluded(const CartonaTaxLine *line)
{
	ListCell   *cell;

	foreach(cell, line->flat)
		if (!((CartonaTax *) lfirst(cell))->included)
		return true;
	return false;
}

void
cartona_tax_totals(const CartonaTaxMethod *method, CartonaTaxLine *lines, int nlines, CartonaTaxTotals *totals)
{
	Numeric		subtotals = money_int(0);
	Numeric		taxes = money_int(0);
	Numeric		bases = money_int(0);
	Numeric		raw_totals = money_int(0);
	bool		any_excluded = false;
	int			i;

	for (i = 0; i < nlines; i++)
	{
		Numeric		raw_taxes = sum_taxes(&lines[i], NULL);

		subtotals = money_add(subtotals, lines[i].subtotal);
		taxes = money_add(taxes, method->globally ? raw_taxes : lines[i].tax);
		bases = money_add(bases, lines[i].base);
		raw_totals = money_add(raw_totals, money_add(lines[i].base, raw_taxes));
		any_excluded = any_excluded || has_excluded(&lines[i]);
	}

	totals->untaxed = subtotals;
	totals->tax = taxes;
	if (method->globally)
	{
		totals->tax = method->rules <= CARTONA_TAXES_15 ?
			money_round(taxes, method->step) : sum_by_tax(method, lines, nlines);
		if (method->rules == CARTONA_TAXES_18 || (method->rules == CARTONA_TAXES_19 && any_excluded))
			totals->untaxed = money_round(bases, method->step);
		else if (method->rules == CARTONA_TAXES_19)
			totals->untaxed = money_sub(money_round(raw_totals, method->step), totals->tax);
	}
	totals->total = money_add(totals->untaxed, totals->tax);
}

/* What one piece at "price" costs with all taxes, unrounded: linear in the price. */
static Numeric
total_of_one(const CartonaTaxMethod *method, List *taxes, Numeric price, bool *left)
{
	CartonaTaxLine line = {0};

	line.price = price;
	line.quantity = money_int(1);
	line.taxes = taxes;
	compute(method, &line, true);
	*left = line.left;
	return line.total;
}

Numeric
cartona_tax_price_of_total(const CartonaTaxMethod *method, List *taxes, Numeric total)
{
	Numeric		at_zero;
	Numeric		slope;
	bool		left;

	if (taxes == NIL)
		return total;
	at_zero = total_of_one(method, taxes, money_int(0), &left);
	slope = money_sub(total_of_one(method, taxes, money_int(1), &left), at_zero);
	if (left || money_cmp(slope, money_int(0)) <= 0)
		return total;
	return money_div(money_sub(total, at_zero), slope);
}
