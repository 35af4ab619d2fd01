/*-------------------------------------------------------------------------
 *
 * tax_since_18.c
 *	  What taxes make of a line, as Odoo computes it since 18.
 *
 * Included taxes of a kind are computed together from the price, then the others
 * forward.
 *
 * Neighbours: tax.c chooses it, and has what comes before and after.
 * Transactions: none.  Memory: the caller's context.  Failure: none of its own.
 *
 * IDENTIFICATION
 *	  src/odoo/tax_since_18.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "odoo/money.h"
#include "odoo/tax_ways.h"

static Numeric
hundred(void)
{
	return money_int(100);
}

/* A tax while it is computed. */
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

void
cartona_tax_since_18(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact)
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
