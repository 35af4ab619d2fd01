/*-------------------------------------------------------------------------
 *
 * tax.c
 *	  What taxes make of a price: to the last digit as Odoo computes it.
 *
 * Two algorithms.  Until Odoo 17 the price-included taxes are taken off the
 * price from the last tax to the first, and the last included tax of a block
 * is what remains, so that the sum is the price.  Since Odoo 18 included taxes
 * of a kind are computed together from the price, then the others forward.
 * test/taxes compares both with what Odoo itself computed.
 *
 * Neighbours: shop.c loads the taxes; order.c computes an order's lines.
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

static Numeric
hundred(void)
{
	return money_int(100);
}

/* A tax computed forward on a base, not included in it. */
static Numeric
forward(const CartonaTax *tax, Numeric base, Numeric quantity)
{
	Numeric		rest;

	switch (tax->kind)
	{
		case CARTONA_TAX_FIXED:
			return money_mul(quantity, tax->amount);
		case CARTONA_TAX_DIVISION:
			rest = money_sub(hundred(), tax->amount);
			if (money_cmp(rest, money_int(0)) == 0)
				return money_int(0);
			return money_sub(money_div(money_mul(base, hundred()), rest), base);
		default:
			return money_div(money_mul(base, tax->amount), hundred());
	}
}

/* What the price-included taxes met so far take out of a base (until Odoo 17). */
typedef struct Included
{
	Numeric		fixed;
	Numeric		percent;
	Numeric		division;
} Included;

static void
clear_included(Included *included)
{
	included->fixed = included->percent = included->division = money_int(0);
}

static Numeric
without_included(Numeric base, const Included *included)
{
	Numeric		rest = money_sub(base, included->fixed);

	rest = money_div(money_mul(rest, hundred()), money_add(hundred(), included->percent));
	return money_div(money_mul(rest, money_sub(hundred(), included->division)), hundred());
}

static void
compute_until_17(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact)
{
	int			n = list_length(line->flat);
	Numeric    *checkpoints = palloc0((n + 1) * sizeof(Numeric));

	/*
	 * globally, Odoo rounds a tax at a hundred-thousandth of the currency's
	 * step
	 */
	Numeric		step = method->globally ? money_div(method->step, money_int(100000)) : method->step;
	Included	included;
	bool		open = true;
	Numeric		base;
	Numeric		sum;
	Numeric		pending = money_int(0);
	int			i;

	base = money_mul(line->price, line->quantity);
	if (!exact)
		base = money_round(base, method->step);
	clear_included(&included);
	for (i = n - 1; i >= 0; i--)
	{
		CartonaTax *tax = list_nth(line->flat, i);

		if (tax->include_base)
		{
			base = without_included(base, &included);
			clear_included(&included);
			open = true;
		}
		if (!tax->included)
			continue;
		if (tax->kind == CARTONA_TAX_FIXED)
			included.fixed = money_add(included.fixed, money_mul(line->quantity, tax->amount));
		else if (tax->kind == CARTONA_TAX_DIVISION)
			included.division = money_add(included.division, tax->amount);
		else
			included.percent = money_add(included.percent, tax->amount);
		if (open)
		{
			checkpoints[i] = base;
			open = false;
		}
	}

	base = without_included(base, &included);
	if (!exact)
		base = money_round(base, method->step);
	line->base = base;
	sum = base;
	for (i = 0; i < n; i++)
	{
		CartonaTax *tax = list_nth(line->flat, i);
		bool		affected = method->rules == CARTONA_TAXES_14 || tax->included || tax->base_affected;
		Numeric		amount;

		if (tax->included && checkpoints[i] != NULL)
		{
			amount = money_sub(checkpoints[i], money_add(base, pending));
			pending = money_int(0);
		}
		else
			amount = forward(tax, affected ? base : line->base, line->quantity);
		if (!exact)
			amount = money_round(amount, step);
		if (tax->included && checkpoints[i] == NULL)
			pending = money_add(pending, amount);
		if (tax->include_base)
			base = money_add(base, amount);
		line->tax_amounts[i] = amount;
		sum = money_add(sum, amount);
	}
	line->total = sum;
}

/* A tax while it is computed (since Odoo 18). */
typedef struct Step
{
	CartonaTax *tax;
	int			batch;
	bool		done;
	Numeric		amount;
	Numeric		extra_for_tax;	/* added to the price before this tax is
								 * computed */
	Numeric		extra_for_base; /* added to the price to know this tax's base */
} Step;

/* Neighbouring taxes of one kind are computed together: number their batches from the last. */
static void
number_batches(Step *steps, int n)
{
	int			batch = 0;
	int			i;

	for (i = n - 1; i >= 0; i--)
	{
		CartonaTax *tax = steps[i].tax;
		CartonaTax *next = i < n - 1 ? steps[i + 1].tax : NULL;

		if (next != NULL &&
			!(tax->kind == next->kind && tax->included == next->included &&
			  tax->include_base == next->include_base &&
			  (!tax->include_base || !next->base_affected)))
			batch++;
		steps[i].batch = batch;
	}
}

static void
add_extra(Step *step, Numeric amount)
{
	if (!step->done)
		step->extra_for_tax = money_add(step->extra_for_tax, amount);
	step->extra_for_base = money_add(step->extra_for_base, amount);
}

/* A computed tax changes the base of the others. */
static void
propagate(Step *steps, int n, int from)
{
	CartonaTax *tax = steps[from].tax;
	Numeric		amount = steps[from].amount;
	Numeric		less = money_sub(money_int(0), amount);
	int			i;

	for (i = 0; i < n; i++)
	{
		bool		after = i > from;

		if (steps[i].batch == steps[from].batch)
			continue;
		if (tax->included)
		{
			if (!after || !tax->include_base || !steps[i].tax->base_affected)
				add_extra(&steps[i], less);
		}
		else if (after && tax->include_base && steps[i].tax->base_affected)
			add_extra(&steps[i], amount);
	}
}

static Numeric
percent_of_batch(Step *steps, int n, int batch)
{
	Numeric		sum = money_int(0);
	int			i;

	for (i = 0; i < n; i++)
		if (steps[i].batch == batch)
			sum = money_add(sum, steps[i].tax->amount);
	return sum;
}

/* One tax from the price and what other taxes add to it. */
static Numeric
evaluate(Step *steps, int n, int i, Numeric raw, Numeric quantity)
{
	CartonaTax *tax = steps[i].tax;
	Numeric		base = money_add(raw, steps[i].extra_for_tax);
	Numeric		share = money_mul(base, tax->amount);
	Numeric		divisor = hundred();

	if (tax->kind == CARTONA_TAX_FIXED)
		return money_mul(quantity, tax->amount);
	if (tax->included && tax->kind == CARTONA_TAX_PERCENT)
		divisor = money_add(hundred(), percent_of_batch(steps, n, steps[i].batch));
	if (!tax->included && tax->kind == CARTONA_TAX_DIVISION)
		divisor = money_sub(hundred(), percent_of_batch(steps, n, steps[i].batch));
	if (money_cmp(divisor, money_int(0)) == 0)
		return tax->included ? money_int(0) : money_div(share, hundred());
	return money_div(share, divisor);
}

/* The order taxes are computed in: fixed, then included backwards, then the others. */
static bool
in_round(const CartonaTax *tax, int round)
{
	if (round == 0)
		return tax->kind == CARTONA_TAX_FIXED;
	return tax->kind != CARTONA_TAX_FIXED && tax->included == (round == 1);
}

static void
compute_since_18(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact)
{
	int			n = list_length(line->flat);
	Step	   *steps = palloc0((n + 1) * sizeof(Step));
	bool		rounded = !exact && !method->globally;
	Numeric		raw = money_mul(line->price, line->quantity);
	int			round;
	int			k;
	int			i;

	if (rounded)
		raw = money_round(raw, method->step);
	for (i = 0; i < n; i++)
	{
		steps[i].tax = list_nth(line->flat, i);
		steps[i].extra_for_tax = steps[i].extra_for_base = money_int(0);
	}
	number_batches(steps, n);

	for (round = 0; round < 3; round++)
		for (k = 0; k < n; k++)
		{
			i = round == 2 ? k : n - 1 - k;
			if (!in_round(steps[i].tax, round))
				continue;
			steps[i].amount = evaluate(steps, n, i, raw, line->quantity);
			if (rounded)
				steps[i].amount = money_round(steps[i].amount, method->step);
			steps[i].done = true;
			propagate(steps, n, i);
		}

	/* the line's base is its first tax's */
	line->base = raw;
	if (n > 0)
	{
		line->base = money_add(raw, steps[0].extra_for_base);
		if (steps[0].tax->included)
			for (i = 0; i < n; i++)
				if (steps[i].batch == steps[0].batch)
					line->base = money_sub(line->base, steps[i].amount);
	}
	line->total = line->base;
	for (i = 0; i < n; i++)
	{
		line->tax_amounts[i] = steps[i].amount;
		line->total = money_add(line->total, steps[i].amount);
	}
}

static void
compute(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact)
{
	line->left = false;
	line->flat = flatten(line->taxes, 0, &line->left);
	line->tax_amounts = palloc0((list_length(line->flat) + 1) * sizeof(Numeric));
	if (method->rules >= CARTONA_TAXES_18)
		compute_since_18(method, line, exact);
	else
		compute_until_17(method, line, exact);
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
